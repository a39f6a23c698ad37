import { formatShape, sizeOf, type Shape } from '@msanet/tensor';
import type { OperatorCall } from '../operator-call.js';

/** Lengths along depth, height and width; a 1-D or 2-D operator has 1 (or 0 for pads) in front. */
export type Triple = readonly [number, number, number];

/**
 * How a window slides over the spatial axes of a (batch, channels, …) operand.
 *
 * Every operator runs as a 3-D one: missing leading axes have length 1, stride 1 and no pads, so that one loop nest
 * serves 1-D, 2-D and 3-D.
 */
export interface Window {
  readonly input: Triple;
  readonly kernel: Triple;
  readonly strides: Triple;
  readonly dilations: Triple;
  readonly padsBegin: Triple;
  readonly padsEnd: Triple;
  readonly output: Triple;
  /** The spatial output lengths, without the axes that were added. */
  readonly outputShape: Shape;
}

/** The per-axis attributes that convolutions and pools share, before they are completed to three axes. */
interface SpatialAttributes {
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly autoPad: string;
  /** All begins, then all ends. */
  readonly pads: readonly number[];
}

/** The spatial lengths of a (batch, channels, …) shape of one to three spatial axes. */
export function spatialShape(call: OperatorCall, shape: Shape): Shape {
  if (shape.length >= 3 && shape.length <= 5) return shape.slice(2);
  throw call.shapeError('an operand with 1 to 3 spatial axes', formatShape(shape));
}

/** Extent of a dilated kernel. */
const extent = (kernel: number, dilation: number) => (kernel - 1) * dilation + 1;

/** Adds leading axes up to three. */
function triple(values: readonly number[], fill: number): Triple {
  const [depth, height, width] = [fill, fill, ...values].slice(-3);
  return [depth, height, width];
}

function spatialAttributes(call: OperatorCall, rank: number): SpatialAttributes {
  const list = (name: string, length: number, fallback: number): readonly number[] => {
    const values = call.ints(name) ?? new Array<number>(length).fill(fallback);
    if (values.length === length) return values;
    throw call.error(
      'GRAPH_INVALID',
      `${length} ${name}`,
      String(values.length),
      'give one value per spatial axis and side',
    );
  };
  return {
    strides: list('strides', rank, 1),
    dilations: list('dilations', rank, 1),
    autoPad: call.string('auto_pad', 'NOTSET'),
    pads: list('pads', 2 * rank, 0),
  };
}

/** Splits the total padding of an axis into begin and end; the odd one goes where `auto_pad` says. */
function splitPadding(total: number, autoPad: string): readonly [number, number] {
  const half = Math.floor(total / 2);
  return autoPad === 'SAME_UPPER' ? [half, total - half] : [total - half, half];
}

/** The window of Conv, MaxPool and AveragePool: https://onnx.ai/onnx/operators/onnx__MaxPool.html. */
export function slidingWindow(call: OperatorCall, input: Shape, kernel: Shape): Window {
  const rank = input.length;
  const { strides, dilations, autoPad, pads } = spatialAttributes(call, rank);
  const ceil = call.int('ceil_mode', 0) === 1;
  const begin: number[] = [];
  const end: number[] = [];
  const output: number[] = [];
  for (let axis = 0; axis < rank; axis++) {
    const length = input[axis];
    const stride = strides[axis];
    const reach = extent(kernel[axis], dilations[axis]);
    if (autoPad === 'SAME_UPPER' || autoPad === 'SAME_LOWER') {
      output[axis] = Math.ceil(length / stride);
      const total = Math.max((output[axis] - 1) * stride + reach - length, 0);
      [begin[axis], end[axis]] = splitPadding(total, autoPad);
      continue;
    }
    const padded = autoPad === 'VALID';
    begin[axis] = padded ? 0 : pads[axis];
    end[axis] = padded ? 0 : pads[axis + rank];
    const steps = (length + begin[axis] + end[axis] - reach) / stride;
    output[axis] = (ceil ? Math.ceil(steps) : Math.floor(steps)) + 1;
    // A window that would start behind the input, in the end padding, is not taken.
    if (ceil && (output[axis] - 1) * stride >= length + begin[axis]) output[axis] -= 1;
  }
  return makeWindow(call, input, kernel, strides, dilations, begin, end, output);
}

/** The window of ConvTranspose: https://onnx.ai/onnx/operators/onnx__ConvTranspose.html. */
export function transposedWindow(call: OperatorCall, input: Shape, kernel: Shape): Window {
  const rank = input.length;
  const { strides, dilations, autoPad, pads } = spatialAttributes(call, rank);
  const extra = call.ints('output_padding') ?? new Array<number>(rank).fill(0);
  const wanted = call.ints('output_shape')?.slice(-rank);
  const begin: number[] = [];
  const end: number[] = [];
  const output: number[] = [];
  for (let axis = 0; axis < rank; axis++) {
    const full =
      strides[axis] * (input[axis] - 1) + extra[axis] + extent(kernel[axis], dilations[axis]);
    const same = autoPad === 'SAME_UPPER' || autoPad === 'SAME_LOWER';
    if (wanted || same) {
      output[axis] = wanted ? wanted[axis] : input[axis] * strides[axis];
      const total = Math.max(full - output[axis], 0);
      [begin[axis], end[axis]] = splitPadding(total, autoPad);
    } else {
      begin[axis] = autoPad === 'VALID' ? 0 : pads[axis];
      end[axis] = autoPad === 'VALID' ? 0 : pads[axis + rank];
      output[axis] = full - begin[axis] - end[axis];
    }
  }
  return makeWindow(call, input, kernel, strides, dilations, begin, end, output);
}

function makeWindow(
  call: OperatorCall,
  input: Shape,
  kernel: Shape,
  strides: readonly number[],
  dilations: readonly number[],
  begin: readonly number[],
  end: readonly number[],
  output: readonly number[],
): Window {
  if (
    kernel.length !== input.length ||
    output.some((length) => !(length > 0)) ||
    sizeOf(input) < 1
  ) {
    throw call.shapeError(
      'a window that fits into the padded operand',
      `spatial axes ${formatShape(input)}, kernel ${formatShape(kernel)}`,
    );
  }
  return {
    input: triple(input, 1),
    kernel: triple(kernel, 1),
    strides: triple(strides, 1),
    dilations: triple(dilations, 1),
    padsBegin: triple(begin, 0),
    padsEnd: triple(end, 0),
    output: triple(output, 1),
    outputShape: output,
  };
}

/**
 * The output positions for which a kernel tap falls inside the operand, along one axis: from `first` up to but not
 * including `last`. Position p reads element p · stride + `shift`.
 */
export interface TapRange {
  readonly first: number;
  readonly last: number;
  readonly shift: number;
}

/** The tap ranges of every kernel index along an axis (0 depth, 1 height, 2 width). */
export function tapRanges(window: Window, axis: 0 | 1 | 2): TapRange[] {
  const stride = window.strides[axis];
  return Array.from({ length: window.kernel[axis] }, (_, tap) => {
    const shift = tap * window.dilations[axis] - window.padsBegin[axis];
    return {
      first: Math.max(0, Math.ceil(-shift / stride)),
      last: Math.min(
        window.output[axis],
        Math.floor((window.input[axis] - 1 - shift) / stride) + 1,
      ),
      shift,
    };
  });
}
