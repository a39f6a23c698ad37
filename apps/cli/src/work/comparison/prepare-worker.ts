import { join } from 'node:path';
import type { VictimModel } from '@msanet/core';
import {
  commonPicture,
  matchClasses,
  runFiles,
  type PanelAttack,
  type PanelVictim,
  type PreparedWorker,
  type VictimDescription,
  type WorkerSetup,
} from '@msanet/evaluation';
import { writeLosslessVideo } from '@msanet/video';
import { victimOptions } from '../../comparison/victim-options.js';
import { builtInPlugins } from '../../composition/built-in-plugins.js';
import { Composition } from '../../composition/composition.js';
import { startRuntime } from '../../composition/runtimes.js';
import { compressClip } from './compress-clip.js';
import { loadClip } from './load-clip.js';

/**
 * Loads the victims and attacks of a comparison.
 *
 * @throws MsanetError what loading them throws; `COMPARISON_INVALID` when they do not fit together
 */
export async function prepareWorker(setup: WorkerSetup): Promise<PreparedWorker> {
  const { experiment, classes, folder, threads } = setup;
  const composition = new Composition(builtInPlugins);
  const runtime = await startRuntime({
    runtime: experiment.runtime,
    ...(threads === undefined ? {} : { threads }),
  });
  composition.provideRuntime(runtime);
  const victims: PanelVictim[] = [];
  const descriptions: VictimDescription[] = [];
  for (const entry of experiment.victims) {
    const model = await composition.createVictim(entry.victim, await victimOptions(entry));
    const { indices, note } = matchClasses(classes, model.labels, entry.name);
    victims.push({ name: entry.name, model, classes: indices });
    descriptions.push(describe(entry.name, model, runtime.device, note));
  }
  const picture = commonPicture(victims);
  const attacks: PanelAttack[] = [];
  for (const { name, attack, options, budget, queryLimit } of experiment.attacks) {
    const made = await composition.createAttack(attack, { ...options });
    attacks.push({ name, attack: made, budget, queryLimit });
  }
  const models = victims.map(({ model }) => model);
  let serial = 0;
  return {
    ready: { victims: descriptions, classMaps: victims.map((victim) => victim.classes) },
    parts: {
      experiment,
      classes,
      victims,
      attacks,
      load: ({ path }) => loadClip(path, models, picture),
      compress(clip, crf, frameRate) {
        const file = join(folder, runFiles.scratch, `${process.pid}-${serial++}.mp4`);
        return compressClip(clip, crf, frameRate, file);
      },
      keepVideo: (path, clip, frameRate) =>
        writeLosslessVideo(join(folder, path), clip, { frameRate }),
    },
  };
}

function describe(
  name: string,
  model: VictimModel,
  device: string,
  note: string | undefined,
): VictimDescription {
  const { input, geometry, sampling, labels, supports, notes = [] } = model;
  return {
    name,
    input: { frames: input.frames, height: input.height, width: input.width },
    shortSide: geometry.shortSide,
    sampling: sampling.description,
    classes: labels.length,
    inputGradient: supports.inputGradient,
    device,
    notes: note === undefined ? notes : [...notes, note],
  };
}
