import { homedir } from 'node:os';
import { join } from 'node:path';
import { demoActionsVersion } from './manifest.js';

/**
 * The folder that the data set of a seed is kept in between runs: below `MSANET_CACHE`, or else below `msanet` in
 * `XDG_CACHE_HOME` or `~/.cache`. The name holds version and seed, so that nothing stale is ever found there.
 */
export function demoActionsCache({
  seed = 0,
  environment = process.env,
}: {
  readonly seed?: number;
  readonly environment?: Readonly<Record<string, string | undefined>>;
} = {}): string {
  // As the XDG specification says, an empty variable counts as none.
  const base =
    environment['MSANET_CACHE'] ||
    join(environment['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'msanet');
  return join(base, `demo-actions-v${demoActionsVersion}-seed${seed}`);
}
