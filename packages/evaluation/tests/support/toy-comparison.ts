import {
  adversarialMargin,
  argmax,
  clipAt,
  clipBatch,
  copyClips,
  emptyClips,
  lossBatch,
  misclassification,
  softmax,
  valueOfLevel,
  type Attack,
  type ClipBatch,
  type VictimModel,
} from '@msanet/core';
import { MsanetError, Random, hash64, zeros } from '@msanet/tensor';
import { setTimeout as wait } from 'node:timers/promises';
import {
  attackSpace,
  commonPicture,
  parseExperiment,
  type ComparedClip,
  type Experiment,
  type LoadedClip,
  type PreparedWorker,
  type WorkerSetup,
} from '../../src/index.js';

/** Classes of the toy data set, which the toy victims know by the same names. */
export const toyClasses = ['run', 'jump', 'sit', 'wave'];

const size = { frames: 2, height: 4, width: 4 };

/**
 * A linear victim without a framework, so that it also works in a process of its own. It looks at the frames `first` and
 * `first + 2` of a video.
 */
export function toyVictim(id: string, first: number): VictimModel {
  const values = size.frames * 3 * size.height * size.width;
  const weights = new Random(7).fork(id).fillNormal(new Float64Array(4 * values), 0, 0.3);
  const scores = (clip: Float32Array): Float32Array => {
    const logits = new Float32Array(toyClasses.length);
    for (let row = 0; row < logits.length; row++) {
      for (let index = 0; index < values; index++) {
        logits[row] += weights[row * values + index] * (clip[index] - 0.5);
      }
    }
    return logits;
  };
  const predict = async (clips: ClipBatch) => {
    const logits = zeros('float32', [clips.shape[0], toyClasses.length]);
    for (let row = 0; row < clips.shape[0]; row++) {
      logits.data.set(scores(clipAt(clips, row)), row * toyClasses.length);
    }
    return logits;
  };
  return {
    id,
    labels: toyClasses,
    input: size,
    sampling: {
      description: `frames ${first} and ${first + 2}`,
      indices: () => [first, first + 2],
    },
    geometry: { shortSide: 4 },
    supports: { inputGradient: true, deterministic: true },
    predict,
    async lossGradient(clips, loss) {
      const gradient = emptyClips(clips.shape[0], size);
      const losses = new Float32Array(lossBatch(loss));
      for (let row = 0; row < losses.length; row++) {
        const wanted = 'labels' in loss ? loss.labels[row] : loss.targets[row];
        const sign = 'labels' in loss ? -1 : 1;
        const chances = softmax(scores(clipAt(clips, row)));
        losses[row] = sign * Math.log(chances[wanted]);
        const slope = clipAt(gradient, row);
        chances.forEach((chance, label) => {
          const factor = sign * ((label === wanted ? 1 : 0) - chance);
          for (let index = 0; index < values; index++) {
            slope[index] += factor * weights[label * values + index];
          }
        });
      }
      return { logits: await predict(clips), loss: losses, gradient };
    },
    dispose: async () => undefined,
  };
}

/** Gradient steps from a random point, with a pause in each, so that there is time to be interrupted. */
function climb(steps: number, pause: number): Attack {
  return {
    id: 'climb',
    requires: { inputGradient: true, norms: ['linf'], criteria: ['misclassification', 'targeted'] },
    async perturb({ victim, clips, random, budget, project, report }) {
      const rows = copyClips(clips);
      const epsilon = 'epsilon' in budget ? budget.epsilon : 0;
      rows.data.forEach((value, index) => {
        rows.data[index] = value + epsilon * random(0).uniform(-0.5, 0.5);
      });
      project(rows, [0]);
      for (let step = 1; step <= steps; step++) {
        await wait(pause);
        const { gradient, loss } = await victim.lossGradient(rows, [0], { kind: 'cross-entropy' });
        gradient.data.forEach((slope, index) => {
          rows.data[index] += ((2 * epsilon) / steps) * Math.sign(slope);
        });
        project(rows, [0]);
        report({ step, steps, of: [0], loss });
      }
      return rows;
    },
  };
}

/** Random signs, judged by queries. */
function scatter(): Attack {
  return {
    id: 'scatter',
    requires: {
      inputGradient: false,
      norms: ['linf'],
      criteria: ['misclassification', 'targeted'],
    },
    async perturb({ victim, clips, random, budget, round }) {
      const rows = copyClips(clips);
      for (let query = 0; query < 4; query++) {
        const epsilon = 'epsilon' in budget ? budget.epsilon : 0;
        clips.data.forEach((value, index) => {
          rows.data[index] = value + (random(0).uniform() < 0.5 ? -epsilon : epsilon);
        });
        round(rows, [0]);
        const { adversarial } = await victim.predict(rows, [0]);
        if (adversarial[0]) break;
      }
      return rows;
    },
  };
}

/** A comparison of two victims and two attacks; whatever is given replaces that. */
export function toyExperiment(changes: Record<string, unknown> = {}): Experiment {
  return parseExperiment(
    {
      victims: ['early', 'late'],
      attacks: [
        { name: 'climb', attack: 'climb', budget: { epsilon: '32/255' } },
        { name: 'scatter', attack: 'scatter', budget: { epsilon: '32/255' } },
      ],
      dataset: 'toy',
      seeds: [0],
      ...changes,
    },
    () => 'test',
  );
}

/** Frames of every toy video. */
const videoFrames = 6;

/** The pictures of a toy video: they depend on its id alone. */
function toyVideo(id: string): ClipBatch {
  const [high, low] = hash64(id);
  const random = new Random(1, [high, low]);
  const video = emptyClips(1, { ...size, frames: videoFrames });
  for (let index = 0; index < video.data.length; index++) {
    video.data[index] = valueOfLevel(64 + random.integer(128));
  }
  return video;
}

/**
 * Reads a toy clip. A clip whose id begins with `broken` cannot be read, one with `damaged` not to its end; one with `deadly`
 * ends the process.
 */
async function loadToy({ id }: ComparedClip, models: readonly VictimModel[]): Promise<LoadedClip> {
  if (id.startsWith('deadly')) {
    process.kill(process.pid, 'SIGKILL');
    await wait(10_000);
  }
  if (id.startsWith('broken')) {
    throw new MsanetError({
      code: 'VIDEO_INVALID',
      where: id,
      expected: 'a video',
      got: 'a broken one',
      remedy: 'mend it',
    });
  }
  const space = attackSpace(models, videoFrames);
  const video = toyVideo(id);
  const area = 3 * size.height * size.width;
  const data = new Float32Array(space.frames.length * area);
  space.frames.forEach((frame, position) => {
    data.set(video.data.subarray(frame * area, (frame + 1) * area), position * area);
  });
  return {
    clips: clipBatch(data, [1, space.frames.length, 3, size.height, size.width]),
    space,
    frameCount: videoFrames,
    frameRate: 25,
    file: null,
    damaged: id.startsWith('damaged'),
  };
}

const firstFrame = (name: string): number => (name === 'early' ? 0 : 1);

/** Toy clips `clip-0`, `clip-1` …, of the class that the first victim takes them for, but for every fifth. */
export async function toyClips(count: number): Promise<ComparedClip[]> {
  const victim = toyVictim('early', 0);
  const clips: ComparedClip[] = [];
  for (let index = 0; index < count; index++) {
    const id = `clip-${index}`;
    const loaded = await loadToy({ id, path: id, label: 0 }, [victim]);
    const choice = argmax((await victim.predict(loaded.clips)).data);
    clips.push({ id, path: id, label: index % 5 === 4 ? (choice + 1) % 4 : choice });
  }
  return clips;
}

/** A clip that the toy loader treats specially, see `loadToy`. */
export function specialClip(id: string): ComparedClip {
  return { id, path: id, label: 0 };
}

/** The margin of a victim at a toy clip, for checking records against it. */
export async function toyMargin(name: string, clip: ComparedClip): Promise<number> {
  const victim = toyVictim(name, firstFrame(name));
  const { clips } = await loadToy(clip, [victim]);
  return adversarialMargin((await victim.predict(clips)).data, misclassification(clip.label));
}

/**
 * Prepares a worker of toys.
 *
 * @param pause milliseconds that each step of `climb` waits
 */
export async function prepareToys(setup: WorkerSetup, pause = 0): Promise<PreparedWorker> {
  const { experiment, classes } = setup;
  const victims = experiment.victims.map(({ name, victim }) => ({
    name,
    model: toyVictim(victim, firstFrame(victim)),
    classes: classes.map((_, index) => index),
  }));
  commonPicture(victims);
  const models = victims.map(({ model }) => model);
  return {
    ready: {
      victims: victims.map(({ name, model }) => ({
        name,
        input: model.input,
        shortSide: 4,
        sampling: model.sampling.description,
        classes: 4,
        inputGradient: true,
        device: 'toy',
        notes: [],
      })),
      classMaps: victims.map((victim) => victim.classes),
    },
    parts: {
      experiment,
      classes,
      victims,
      attacks: experiment.attacks.map(({ name, attack, budget, queryLimit }) => ({
        name,
        attack: attack === 'scatter' ? scatter() : climb(3, pause),
        budget,
        queryLimit,
      })),
      load: (clip) => loadToy(clip, models),
      // Stands for a codec: drops the lowest bits.
      compress: async (clip, crf) => ({
        ...clip,
        data: clip.data.map((level) => level - (level % crf)),
      }),
      keepVideo: async () => undefined,
    },
  };
}
