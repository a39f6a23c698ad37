import type { VictimModel } from '@msanet/core';
import { Composition } from '../composition/composition.js';
import { builtInPlugins } from '../composition/built-in-plugins.js';
import { startRuntime, type RuntimeArguments } from '../composition/runtimes.js';
import type { TaskContext } from './task.js';

/** Which victim to load, and what runs it. */
export interface VictimArguments extends RuntimeArguments {
  /** Id of the victim plugin. */
  readonly victim: string;
  /** Options of the plugin, as read from the command line. */
  readonly victimOptions: Record<string, unknown>;
}

/** A loaded victim with what it was composed from. */
export interface VictimSession {
  readonly composition: Composition;
  readonly victim: VictimModel;
  /** The device that really computes, such as `cpu`. */
  readonly device: string;
}

/**
 * Starts the runtime, loads the victim, passes on what it notes about itself, lets `use` work with it, and releases it
 * whatever happens.
 */
export async function withVictim<R>(
  input: VictimArguments,
  context: TaskContext,
  use: (session: VictimSession) => Promise<R>,
): Promise<R> {
  const composition = new Composition(builtInPlugins);
  const runtime = await startRuntime(input);
  composition.provideRuntime(runtime);
  const victim = await composition.createVictim(input.victim, input.victimOptions);
  for (const note of victim.notes ?? []) context.note(`${victim.id}: ${note}`);
  try {
    return await use({ composition, victim, device: runtime.device });
  } finally {
    await victim.dispose();
  }
}
