import { emptyClips } from '@msanet/core';
import type { GraphRuntime } from '@msanet/onnx';
import { builtInPlugins } from '../composition/built-in-plugins.js';
import { Composition } from '../composition/composition.js';

/** Whether a victim that ships with its weights can be attacked here. */
export interface VictimReport {
  readonly victim: string;
  readonly usable: boolean;
  /** Why not, where it is not. */
  readonly reason?: string;
}

/** The victims that ship with their weights. */
export const shippedVictims: readonly string[] = ['tsm-demo', 'tdn-demo'];

/** Loads a victim and asks it for one gradient. */
export async function probeVictim(id: string, runtime: GraphRuntime): Promise<VictimReport> {
  try {
    const composition = new Composition(builtInPlugins);
    composition.provideRuntime(runtime);
    const victim = await composition.createVictim(id, {});
    try {
      const grey = emptyClips(1, victim.input);
      grey.data.fill(0.5);
      const { gradient } = await victim.lossGradient(grey, { kind: 'cross-entropy', labels: [0] });
      const usable = gradient.data.some((value) => value !== 0);
      return usable
        ? { victim: id, usable }
        : { victim: id, usable, reason: 'its gradient is zero' };
    } finally {
      await victim.dispose();
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { victim: id, usable: false, reason };
  }
}
