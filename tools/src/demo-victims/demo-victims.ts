import { tdnDemoCheckpoint } from '@msanet/victim-tdn';
import { tsmDemoCheckpoint } from '@msanet/victim-tsm';

/** A victim whose weights this project has trained and ships. */
export interface DemoVictim {
  readonly id: string;
  /** The network, as `msanet train --victim` names it. */
  readonly network: 'tsm' | 'tdn';
  readonly title: string;
  /** Path of the weights. */
  readonly checkpoint: string;
  /** The package that ships them, relative to the repository. */
  readonly folder: string;
}

/** The victims that ship with their weights. */
export const demoVictims: readonly DemoVictim[] = [
  {
    id: 'tsm-demo',
    network: 'tsm',
    title: 'TSM',
    checkpoint: tsmDemoCheckpoint,
    folder: 'packages/victim-tsm',
  },
  {
    id: 'tdn-demo',
    network: 'tdn',
    title: 'TDN',
    checkpoint: tdnDemoCheckpoint,
    folder: 'packages/victim-tdn',
  },
];

/** The training's seed. */
export const trainingSeed = 1;
