import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** What a command came to. */
export interface CommandResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a test takes part while the command runs. */
export interface CommandOptions {
  /** Signal to send once stderr holds this text. */
  readonly interruptAt?: { readonly text: string; readonly signal: NodeJS.Signals };
}

const binary = fileURLToPath(new URL('../../bin/msanet.js', import.meta.url));

/** Runs the built command line in a process of its own. */
export function msanet(
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const child = spawn(process.execPath, [binary, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  let stdout = '';
  let stderr = '';
  let interrupted = false;
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    const { interruptAt } = options;
    if (interruptAt !== undefined && !interrupted && stderr.includes(interruptAt.text)) {
      interrupted = true;
      child.kill(interruptAt.signal);
    }
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, stdout, stderr }));
  });
}
