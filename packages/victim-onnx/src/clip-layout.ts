import { ints, type Dimension, type GraphBuilder, type Value } from '@msanet/onnx';
import type { ClipSize } from '@msanet/core';
import type { Shape } from '@msanet/tensor';
import { reshape } from './network/reshape.js';

/**
 * How a model takes its clips, by the order of its axes:
 *
 * - `ntchw` (batch, frames, 3, height, width)
 * - `ncthw` (batch, 3, frames, height, width), what networks of 3D convolutions take
 * - `nthwc` (batch, frames, height, width, 3)
 * - `frames` (batch · frames, 3, height, width), the frames of a clip one after the other
 * - `channels` (batch, frames · 3, height, width), the colours of a frame one after the other
 */
export type ClipLayout = (typeof clipLayouts)[number];

/** The layouts, the more common ones first. */
export const clipLayouts = ['ntchw', 'ncthw', 'nthwc', 'frames', 'channels'] as const;

/** The axes of each layout, for people. */
export const layoutAxes: Readonly<Record<ClipLayout, string>> = {
  ntchw: '(batch, frames, 3, height, width)',
  ncthw: '(batch, 3, frames, height, width)',
  nthwc: '(batch, frames, height, width, 3)',
  frames: '(batch · frames, 3, height, width)',
  channels: '(batch, frames · 3, height, width)',
};

/** What a declared shape says about clips; an axis that it leaves open, or that two share, is no number. */
export interface DeclaredAxes {
  readonly batch: Dimension;
  readonly frames: Dimension;
  readonly height: Dimension;
  readonly width: Dimension;
  /** The axis that has to be 3. */
  readonly colours: Dimension;
}

/** The shape of a batch of clips in a layout. */
export function layoutShape(layout: ClipLayout, batch: number, size: ClipSize): Shape {
  const { frames, height, width } = size;
  switch (layout) {
    case 'ntchw':
      return [batch, frames, 3, height, width];
    case 'ncthw':
      return [batch, 3, frames, height, width];
    case 'nthwc':
      return [batch, frames, height, width, 3];
    case 'frames':
      return [batch * frames, 3, height, width];
    case 'channels':
      return [batch, frames * 3, height, width];
  }
}

/** Reads a declared shape as that layout; nothing when it has another number of axes or no three colours. */
export function readLayout(
  layout: ClipLayout,
  shape: readonly Dimension[],
): DeclaredAxes | undefined {
  const axes = axesOf(layout, shape);
  if (axes === undefined) return undefined;
  return typeof axes.colours === 'number' && axes.colours !== 3 ? undefined : axes;
}

/**
 * The layouts that a declared shape can be read as, the likeliest first: those where the colours are known to be three
 * come before those where that axis is open.
 */
export function possibleLayouts(shape: readonly Dimension[]): ClipLayout[] {
  const possible = clipLayouts.flatMap((layout) => {
    const axes = readLayout(layout, shape);
    // A single frame's channels are what the layout `frames` has.
    const unlikely = axes === undefined || (layout === 'channels' && axes.frames === 1);
    return unlikely ? [] : [{ layout, sure: axes.colours === 3 }];
  });
  const sure = possible.filter((candidate) => candidate.sure);
  return (sure.length > 0 ? sure : possible).map(({ layout }) => layout);
}

/**
 * Brings normalised frames, (batch · frames, 3, height, width), into the layout of a model.
 *
 * @param batch clips
 */
export function arrangeFrames(
  builder: GraphBuilder,
  frames: Value,
  layout: ClipLayout,
  batch: number,
): Value {
  const [rows, , height, width] = frames.shape;
  const size = { frames: rows / batch, height, width };
  const shape = layoutShape(layout, batch, size);
  if (layout === 'frames') return frames;
  if (layout === 'ntchw' || layout === 'channels') return reshape(builder, frames, shape, 'fed');
  const clips = reshape(builder, frames, layoutShape('ntchw', batch, size), 'clips.apart');
  const order = layout === 'ncthw' ? [0, 2, 1, 3, 4] : [0, 1, 3, 4, 2];
  return builder.apply('Transpose', [clips], { perm: ints(order) }, 'fed');
}

function axesOf(layout: ClipLayout, shape: readonly Dimension[]): DeclaredAxes | undefined {
  if (shape.length !== (layout === 'frames' || layout === 'channels' ? 4 : 5)) return undefined;
  const [a, b, c, d, e] = shape;
  switch (layout) {
    case 'ntchw':
      return { batch: a, frames: b, colours: c, height: d, width: e };
    case 'ncthw':
      return { batch: a, colours: b, frames: c, height: d, width: e };
    case 'nthwc':
      return { batch: a, frames: b, height: c, width: d, colours: e };
    case 'frames':
      return { batch: undefined, frames: undefined, colours: b, height: c, width: d };
    case 'channels': {
      if (typeof b !== 'number') {
        return { batch: a, frames: undefined, colours: undefined, height: c, width: d };
      }
      if (b % 3 !== 0) return undefined;
      return { batch: a, frames: b / 3, colours: 3, height: c, width: d };
    }
  }
}
