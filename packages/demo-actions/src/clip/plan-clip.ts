import { Random } from '@msanet/tensor';
import { drawFraming, type Framing } from '../camera/framing.js';
import { drawColor } from '../color/color.js';
import { drawOutfit, drawPerson, type Outfit, type Person } from '../figure/person.js';
import { drawPoseTrack, frameRate, type PoseTrack } from '../motion/pose-track.js';
import { sceneFamilies } from '../scene/scene.js';
import type { Appearance } from '../figure/paint-figure.js';

/** Which clip of which data set. */
export interface ClipId {
  readonly seed: number;
  readonly className: string;
  /** From 1. */
  readonly group: number;
  /** From 1. */
  readonly clip: number;
}

/** What is in a clip, before anything is painted. */
export interface ClipPlan {
  readonly person: Person;
  readonly outfit: Outfit;
  readonly materials: Appearance['materials'];
  /** One pose per frame. */
  readonly track: PoseTrack;
  readonly framing: Framing;
  /** The index of the scene's family. */
  readonly family: number;
  /** Paints the scene; the same for all classes, so that no scene belongs to a class. */
  readonly sceneRandom: Random;
  /** Everything that is left to draw. */
  readonly random: Random;
}

/** The shortest and longest clip, in seconds. */
const [shortestClip, longestClip] = [2, 4];

/**
 * Decides what a clip shows.
 *
 * A group is a person (build, hair, kind of clothes) and a family of scenes; the colours of the clothes and the scene are
 * those of the group and the number of the clip. None of this depends on the class, which therefore only motion tells.
 *
 * @throws MsanetError `OPTION_INVALID` when there is no such class, or the seed is none
 */
export function planClip({ seed, className, group, clip }: ClipId): ClipPlan {
  const root = new Random(seed);
  const groupRandom = root.fork(`group ${group}`);
  const setting = groupRandom.fork(`clip ${clip}`);
  const random = root.fork(`clip ${className} ${group} ${clip}`);
  const person = drawPerson(groupRandom.fork('person'));
  const outfit = drawOutfit(setting.fork('outfit'));
  const shortest = shortestClip * frameRate;
  const frames = shortest + random.integer(longestClip * frameRate - shortest + 1);
  const track = drawPoseTrack(className, random.fork('motion'), person.body, frames);
  const materialRandom = setting.fork('materials');
  return {
    person,
    outfit,
    materials: {
      wood: drawColor(materialRandom, [0, 360], [20, 60], [25, 65]),
      crate: drawColor(materialRandom, [15, 60], [30, 65], [35, 62]),
      metal: drawColor(materialRandom, [190, 230], [3, 15], [35, 60]),
    },
    track,
    framing: drawFraming(random.fork('framing'), person.body, track),
    family: (group - 1) % sceneFamilies.length,
    sceneRandom: setting.fork('scene'),
    random,
  };
}
