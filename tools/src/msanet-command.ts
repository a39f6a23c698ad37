import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the repository. */
export const repository = fileURLToPath(new URL('../../', import.meta.url));

/** What a msanet command prints on stdout; where it fails, this process ends with its exit code. */
export function msanet(...args: readonly string[]): string {
  const binary = join(repository, 'apps/cli/bin/msanet.js');
  const { status, stdout } = spawnSync(process.execPath, [binary, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) process.exit(status ?? 1);
  return stdout;
}
