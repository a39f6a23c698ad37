import type { Shape } from '@msanet/tensor';
import type { NodeContext } from './node-context.js';

/** A sliding window over the spatial axes with everything that the attributes leave to defaults made explicit. */
export interface Window {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  /** Elements added before each spatial axis. */
  readonly padsBegin: readonly number[];
  /** Elements added after each spatial axis. */
  readonly padsEnd: readonly number[];
  /** Window positions per spatial axis. */
  readonly output: readonly number[];
}

/** The window of a transposed convolution; `output` holds the lengths of its result. */
export interface TransposedWindow extends Window {
  readonly outputPadding: readonly number[];
}

const autoPads = ['NOTSET', 'SAME_UPPER', 'SAME_LOWER', 'VALID'];

/**
 * The window of a Conv or pool node (ONNX operators Conv-11, MaxPool-12, AveragePool-19).
 *
 * With `ceil_mode`, a last window that would start in the padding behind the input is dropped, as in opset 19 and in
 * every runtime.
 *
 * @param spatial lengths of the input's spatial axes
 * @param kernel lengths of the window
 */
export function windowOf(context: NodeContext, spatial: Shape, kernel: Shape): Window {
  const rank = spatial.length;
  const strides = context.perAxis('strides', rank, 1, 1);
  const dilations = context.perAxis('dilations', rank, 1, 1);
  const autoPad = context.choice('auto_pad', 'NOTSET', autoPads);
  const [padsBegin, padsEnd] = explicitPads(context, rank, autoPad);
  const roundUp = context.attribute('ceil_mode', 'int', 0) !== 0;
  const output = spatial.map((length, axis) => {
    const extent = (kernel[axis] - 1) * dilations[axis] + 1;
    const stride = strides[axis];
    if (autoPad.startsWith('SAME')) {
      const positions = Math.ceil(length / stride);
      const total = Math.max((positions - 1) * stride + extent - length, 0);
      const less = Math.floor(total / 2);
      padsBegin[axis] = autoPad === 'SAME_UPPER' ? less : total - less;
      padsEnd[axis] = total - padsBegin[axis];
      return positions;
    }
    const room = length + padsBegin[axis] + padsEnd[axis] - extent;
    const whole = roundUp ? Math.ceil(room / stride) : Math.floor(room / stride);
    // A position that starts behind the input would see only padding.
    const surplus = roundUp && whole * stride >= length + padsBegin[axis] ? 1 : 0;
    const positions = whole + 1 - surplus;
    if (positions >= 1) return positions;
    throw context.mismatch(
      `a padded input that is at least as long as the window (${extent}) on spatial axis ${axis}`,
      String(room + extent),
    );
  });
  return { kernel, strides, dilations, padsBegin, padsEnd, output };
}

/**
 * The window of a ConvTranspose node (ONNX operator ConvTranspose-11).
 *
 * `output = strides·(input − 1) + output_padding + (kernel − 1)·dilations + 1 − pads`; with `output_shape`, or an
 * `auto_pad` of SAME (where it is `input·strides`), the pads are found from it.
 *
 * @param spatial lengths of the input's spatial axes
 * @param kernel lengths of the window
 */
export function transposedWindowOf(
  context: NodeContext,
  spatial: Shape,
  kernel: Shape,
): TransposedWindow {
  const rank = spatial.length;
  const strides = context.perAxis('strides', rank, 1, 1);
  const dilations = context.perAxis('dilations', rank, 1, 1);
  const outputPadding = context.perAxis('output_padding', rank, 0, 0);
  const autoPad = context.choice('auto_pad', 'NOTSET', autoPads);
  const [padsBegin, padsEnd] = explicitPads(context, rank, autoPad);
  const wanted = context.hasAttribute('output_shape')
    ? context.perAxis('output_shape', rank, 0, 1)
    : undefined;
  const output = spatial.map((length, axis) => {
    const full =
      strides[axis] * (length - 1) + outputPadding[axis] + (kernel[axis] - 1) * dilations[axis] + 1;
    const target =
      wanted?.[axis] ?? (autoPad.startsWith('SAME') ? length * strides[axis] : undefined);
    if (target !== undefined) {
      const total = Math.max(full - target, 0);
      const less = Math.floor(total / 2);
      padsBegin[axis] = autoPad === 'SAME_UPPER' ? less : total - less;
      padsEnd[axis] = total - padsBegin[axis];
    }
    const result = wanted?.[axis] ?? full - padsBegin[axis] - padsEnd[axis];
    if (result >= 1) return result;
    throw context.mismatch(`a result of at least 1 on spatial axis ${axis}`, String(result));
  });
  return { kernel, strides, dilations, padsBegin, padsEnd, outputPadding, output };
}

function explicitPads(context: NodeContext, rank: number, autoPad: string): [number[], number[]] {
  const pads =
    autoPad === 'NOTSET'
      ? context.attribute('pads', 'ints', new Array<number>(2 * rank).fill(0))
      : new Array<number>(2 * rank).fill(0);
  if (pads.length !== 2 * rank || pads.some((pad) => pad < 0)) {
    throw context.mismatch(
      `attribute pads of ${2 * rank} numbers of at least 0`,
      `(${pads.join(', ')})`,
    );
  }
  return [pads.slice(0, rank), pads.slice(rank)];
}
