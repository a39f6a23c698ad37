import { spawnSync } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The quick start: makes a few clips of demo-actions that the demo victims were not trained on, and compares MSANet with
 * FGSM and PGD on both victims, with the very commands that a user would type.
 */
const root = fileURLToPath(new URL('../../../', import.meta.url));
const folder = join(root, 'msanet-quick-start');
const data = join(folder, 'demo-actions');
const run = join(folder, 'comparison');

/** Runs one msanet command, showing it first. */
function msanet(...args: string[]): void {
  const shown = args.map((arg) => (arg.startsWith(root) ? relative(root, arg) : arg));
  process.stdout.write(`\n$ npx msanet ${shown.join(' ')}\n`);
  const binary = join(root, 'apps/cli/bin/msanet.js');
  const { status } = spawnSync(process.execPath, [binary, ...args], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

await rm(run, { recursive: true, force: true });
msanet('demo-data', '--out', data, '--groups', '1-2', '--clips-per-group', '1');
msanet(
  'compare',
  ...['--victim', 'tsm-demo', '--victim', 'tdn-demo'],
  ...['--attack', 'fgsm', '--attack', 'pgd', '--attack', 'msanet'],
  ...['--dataset', 'demo-actions', '--root', data, '--clips', '24'],
  ...['--epsilon', '8/255', '--videos', 'all', '--out', run],
);
process.stdout.write(
  `\nThe adversarial videos, the records and the table are in ${relative(process.cwd(), run) || run}.\n`,
);
