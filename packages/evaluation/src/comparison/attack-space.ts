import {
  MsanetError,
  onFrames,
  type ClipSize,
  type FrameGeometry,
  type VictimModel,
} from '@msanet/core';

/** What fixes the pictures that a victim sees. */
export type VictimInput = Pick<VictimModel, 'input' | 'geometry'>;

/** The size of picture that all victims of a comparison take. */
export interface CommonPicture {
  readonly geometry: FrameGeometry;
  readonly height: number;
  readonly width: number;
}

/**
 * The picture that every victim takes. One adversarial clip is judged on all of them, so they must agree.
 *
 * @throws MsanetError `COMPARISON_INVALID`, naming two victims that differ
 */
export function commonPicture(
  victims: readonly { readonly name: string; readonly model: VictimInput }[],
): CommonPicture {
  const describe = ({ input, geometry }: VictimInput): string =>
    `${input.width}×${input.height} from a short side of ${geometry.shortSide}`;
  const [first, ...others] = victims;
  const different = others.find(({ model }) => describe(model) !== describe(first.model));
  if (different !== undefined) {
    throw new MsanetError({
      code: 'COMPARISON_INVALID',
      where: `victims ${first.name} and ${different.name}`,
      expected: `one size of picture for all victims, ${describe(first.model)}`,
      got: describe(different.model),
      remedy: 'give them the same input size, or compare them in runs of their own',
    });
  }
  const { input, geometry } = first.model;
  return { geometry, height: input.height, width: input.width };
}

/** The frames of one video that any victim of the comparison looks at: what an attack may change. */
export interface AttackSpace {
  /** 0-based indices into the video, ascending, each once. */
  readonly frames: readonly number[];
  /** For each victim, where its frames are among them, in the order of its input. */
  readonly positions: readonly (readonly number[])[];
}

/**
 * The union of the frames that the victims sample of a video.
 *
 * @param frameCount frames of the whole video
 */
export function attackSpace(
  victims: readonly Pick<VictimModel, 'sampling'>[],
  frameCount: number,
): AttackSpace {
  const sampled = victims.map(({ sampling }) => sampling.indices(frameCount));
  const frames = [...new Set(sampled.flat())].sort((a, b) => a - b);
  const place = new Map(frames.map((frame, position) => [frame, position]));
  const positions = sampled.map((indices) => indices.map((index) => place.get(index) ?? -1));
  return { frames, positions };
}

/** The victims as they see clips of an attack space. Disposing them disposes the victims. */
export function inSpace(victims: readonly VictimModel[], space: AttackSpace): VictimModel[] {
  return victims.map((victim, index) =>
    onFrames(victim, space.positions[index], space.frames.length),
  );
}

/** The size of a clip of the space. */
export function spaceSize(space: AttackSpace, { height, width }: CommonPicture): ClipSize {
  return { frames: space.frames.length, height, width };
}
