import type { ClipSize } from '@msanet/core';
import type { Dimension, ValueInfo } from '@msanet/onnx';
import { MsanetError, type Shape } from '@msanet/tensor';
import {
  layoutAxes,
  layoutShape,
  possibleLayouts,
  readLayout,
  type ClipLayout,
} from './clip-layout.js';
import { describeValue, unsupported } from './forward-graph.js';

/** What a model's input does not say, or says only sometimes. */
export interface ClipShapeOptions {
  /** By default the likeliest one for the shape of the input. */
  readonly layout?: ClipLayout | undefined;
  /** Clips per run, where the model leaves them open. Default 1. */
  readonly batch?: number | undefined;
  /** Frames per clip, where the model leaves them open or folds them into the batch. */
  readonly frames?: number | undefined;
  /** Height of a frame, where the model leaves it open. */
  readonly height?: number | undefined;
  /** Width of a frame, where the model leaves it open. */
  readonly width?: number | undefined;
}

/** A model's input in numbers. */
export interface ClipShape {
  readonly layout: ClipLayout;
  /** Other layouts that the declared shape could be read as. */
  readonly otherLayouts: readonly ClipLayout[];
  readonly batch: number;
  readonly size: ClipSize;
  /** The shape that the input takes. */
  readonly shape: Shape;
}

/**
 * Fixes the shape of a model's input.
 *
 * @param input the declared input, of known rank
 * @param where the file, for the error
 * @throws MsanetError `MODEL_UNSUPPORTED` when no layout fits, or not the one that is given; `OPTION_INVALID` when a length
 *   is given nowhere
 */
export function clipShape(input: ValueInfo, options: ClipShapeOptions, where: string): ClipShape {
  const declared = input.shape ?? [];
  const [likeliest, ...others] = possibleLayouts(declared);
  const layout = options.layout ?? likeliest;
  const axes = layout === undefined ? undefined : readLayout(layout, declared);
  if (layout === undefined || axes === undefined) {
    const forms = layout === undefined ? Object.values(layoutAxes) : [layoutAxes[layout]];
    throw unsupported(where, `an input of shape ${forms.join(' or ')}`, [input]);
  }
  const length = (option: 'frames' | 'height' | 'width', fallback: Dimension): number =>
    fixedLength(option, fallback, options[option], input, where);
  const size = (frames: number): ClipSize => ({
    frames,
    height: length('height', axes.height),
    width: length('width', axes.width),
  });
  const fixed = (batch: number, clip: ClipSize): ClipShape => ({
    layout,
    otherLayouts: options.layout === undefined ? others : [],
    batch,
    size: clip,
    shape: layoutShape(layout, batch, clip),
  });
  if (layout !== 'frames') {
    const declaredBatch = typeof axes.batch === 'number' ? axes.batch : 1;
    return fixed(options.batch ?? declaredBatch, size(length('frames', axes.frames)));
  }
  const [rows] = declared;
  if (typeof rows !== 'number') return fixed(options.batch ?? 1, size(length('frames', undefined)));
  const frames = options.frames ?? rows / (options.batch ?? 1);
  const batch = options.batch ?? rows / frames;
  if (Number.isInteger(frames) && frames * batch === rows && Number.isInteger(batch)) {
    return fixed(batch, size(frames));
  }
  const clips = options.batch === undefined ? 'clips' : `${options.batch} clips`;
  const each = options.frames === undefined ? '' : ` of ${options.frames} frames`;
  throw unsupported(where, `an input for ${clips}${each}`, [input]);
}

/** A length that the option gives, or else the model. */
function fixedLength(
  option: 'frames' | 'height' | 'width',
  declared: Dimension,
  given: number | undefined,
  input: ValueInfo,
  where: string,
): number {
  const length = given ?? declared;
  if (typeof length === 'number') return length;
  throw new MsanetError({
    code: 'OPTION_INVALID',
    where: `${where}, option ${option}`,
    expected: `a number, since the model leaves ${option} open in ${describeValue(input)}`,
    got: 'nothing',
    remedy: `pass ${option}, or let msanet doctor --model propose a manifest`,
  });
}
