import { sizeOf } from '@msanet/tensor';
import { float, int, type Value } from '@msanet/onnx';
import type { Emitter } from '../emitter.js';
import type { WindowAxis } from './window.js';

/** With fewer input channels than this, one product for all taps is faster than one product per tap. */
const fewChannels = 8;

/** With a grid so much larger than the output, the rows without a window cost more than a copy of the input for every tap. */
const largeGrid = 1.5;

/**
 * The cotangent of a convolution's kernel: dw[m, c, k] = Σ over clips n and positions o of g[n, m, o] · x[n, c, s·o + d·k − pad].
 *
 * Both operands are laid out as rows, one row per grid point, with g zero where the grid has no window. Then every tap
 * is the same product of matrices, taken over rows of x that are shifted by a constant, which is a contiguous slice. This
 * is faster than a convolution with batch and channels exchanged, by 2 to 10 times. A stride cuts the grid into phases
 * first. A kernel of one tap needs no rows: it is one product per clip.
 *
 * @param x what the window slid over, (batch, channels, …)
 * @param g one number per map and position, (batch, maps, …)
 * @returns (maps, channels/group, …taps)
 */
export function weightGradient(
  emit: Emitter,
  x: Value,
  g: Value,
  axes: readonly WindowAxis[],
  group: number,
): Value {
  const pointwise = axes.every(
    ({ taps, stride, before, after }) => taps === 1 && stride === 1 && before === 0 && after === 0,
  );
  if (group === 1 && pointwise) return pointwiseProduct(emit, x, g);
  // The grid: positions of the window, plus as many as the taps reach beyond the last one.
  const grid = axes.map(
    ({ output, taps, dilation, stride }) => output + Math.floor((dilation * (taps - 1)) / stride),
  );
  const taps = tapsOf(axes, grid);
  const positions = axes.map(({ output }) => output);
  if (group === 1 && sizeOf(grid) >= largeGrid * sizeOf(positions)) {
    return windowsProduct(emit, x, cotangentRows(emit, g, positions, group), axes, taps);
  }
  const left = cotangentRows(emit, g, grid, group);
  return group === 1 && x.shape[1] < fewChannels && taps.length > 1
    ? oneProduct(emit, x, left, axes, grid, taps)
    : productPerTap(emit, x, left, axes, grid, taps);
}

/** One product per clip, with both operands as they lie, and the sum over the clips. */
function pointwiseProduct(emit: Emitter, x: Value, g: Value): Value {
  const [batch, channels, ...spatial] = x.shape;
  const maps = g.shape[1];
  const size = sizeOf(spatial);
  const seen = emit.transpose(emit.reshape(x, [batch, channels, size]), [0, 2, 1]);
  const products = emit.matmul(emit.reshape(g, [batch, maps, size]), seen);
  const kernel = spatial.map(() => 1);
  return emit.reshape(emit.sum(products, [0], false), [maps, channels, ...kernel]);
}

/** One tap of the kernel: which phase of the input it sees, and how many rows its input is behind its cotangent. */
interface Tap {
  /** Distance from the window's first element, along each axis. */
  readonly offsets: readonly number[];
  readonly phase: readonly number[];
  readonly shift: number;
}

/** Where the rows of g start at (group, maps/group, rows) and those of x at (group, rows, channels/group). */
function productPerTap(
  emit: Emitter,
  x: Value,
  left: Value,
  axes: readonly WindowAxis[],
  grid: readonly number[],
  taps: readonly Tap[],
): Value {
  const [group, maps, rows] = left.shape;
  const channels = x.shape[1] / group;
  const phases = new Map<string, Value>();
  const products = taps.map(({ phase, shift }) => {
    const key = phase.join();
    const right = phases.get(key) ?? inputRows(emit, x, axes, phase, grid, group);
    phases.set(key, right);
    const product = emit.matmul(left, emit.slice(right, 1, shift, shift + rows));
    return emit.reshape(product, [group * maps, channels, 1]);
  });
  const kernel = axes.map((axis) => axis.taps);
  return emit.reshape(emit.concat(products, 2), [group * maps, channels, ...kernel]);
}

/** What every window sees, (positions, taps · channels), in one product. */
function windowsProduct(
  emit: Emitter,
  x: Value,
  left: Value,
  axes: readonly WindowAxis[],
  taps: readonly Tap[],
): Value {
  const [, maps, rows] = left.shape;
  const [batch, channels, ...spatial] = x.shape;
  const flat = emit.reshape(x, [batch, channels, sizeOf(spatial)]);
  const last = emit.reshape(emit.transpose(flat, [0, 2, 1]), [batch, ...spatial, channels]);
  const before = axes.map((axis) => axis.before);
  const padded = emit.pad(last, [0, ...before, 0], [0, ...axes.map(({ after }) => after), 0]);
  const seen = taps.map(({ offsets }) =>
    axes.reduce((value, { stride, output }, axis) => {
      const start = offsets[axis];
      return emit.slice(value, axis + 1, start, start + stride * (output - 1) + 1, stride);
    }, padded),
  );
  const windows = emit.reshape(emit.concat(seen, spatial.length + 1), [
    rows,
    taps.length * channels,
  ]);
  const product = emit.matmul(emit.reshape(left, [maps, rows]), windows);
  const kernel = axes.map((axis) => axis.taps);
  const byTap = emit.reshape(product, [maps, taps.length, channels]);
  return emit.reshape(emit.transpose(byTap, [0, 2, 1]), [maps, channels, ...kernel]);
}

/** All shifted rows of x, one below the other as (taps · channels, rows), in one product. */
function oneProduct(
  emit: Emitter,
  x: Value,
  left: Value,
  axes: readonly WindowAxis[],
  grid: readonly number[],
  taps: readonly Tap[],
): Value {
  const [, maps, rows] = left.shape;
  const channels = x.shape[1];
  const exchanged = emit.transpose(x, [1, 0, ...axes.map((_, axis) => axis + 2)]);
  const phases = new Map<string, Value>();
  const shifted = taps.map(({ phase, shift }) => {
    const key = phase.join();
    const known =
      phases.get(key) ??
      emit.reshape(phaseOf(emit, exchanged, axes, phase, grid), [
        channels,
        (x.shape[0] + 1) * sizeOf(grid),
      ]);
    phases.set(key, known);
    return emit.slice(known, 1, shift, shift + rows);
  });
  const product = emit.node('Gemm', [emit.reshape(left, [maps, rows]), emit.concat(shifted, 0)], {
    alpha: float(1),
    beta: float(1),
    transA: int(0),
    transB: int(1),
  });
  const kernel = axes.map((axis) => axis.taps);
  const byTap = emit.reshape(product, [maps, taps.length, channels]);
  return emit.reshape(emit.transpose(byTap, [0, 2, 1]), [maps, channels, ...kernel]);
}

/** g as (group, maps/group, rows). */
function cotangentRows(emit: Emitter, g: Value, grid: readonly number[], group: number): Value {
  const [batch, maps, ...output] = g.shape;
  const none = g.shape.map(() => 0);
  const padded = emit.pad(g, none, [0, 0, ...grid.map((length, axis) => length - output[axis])]);
  const size = sizeOf(grid);
  const together = emit.reshape(padded, [batch, maps, size]);
  return emit.reshape(emit.transpose(together, [1, 0, 2]), [group, maps / group, batch * size]);
}

/**
 * The elements of one phase of x as (group, rows, channels/group), with the rows of one more clip of zeros at the end.
 *
 * The channels go last before anything is padded, by a transposition that moves one axis: runtimes are several times
 * slower at others, and pad long runs faster.
 */
function inputRows(
  emit: Emitter,
  x: Value,
  axes: readonly WindowAxis[],
  phase: readonly number[],
  grid: readonly number[],
  group: number,
): Value {
  const [batch, channels, ...spatial] = x.shape;
  const few = channels / group;
  const flat = emit.reshape(x, [batch * group, few, sizeOf(spatial)]);
  const last = emit.transpose(flat, [0, 2, 1]);
  const grouped =
    group === 1
      ? last
      : emit.transpose(emit.reshape(last, [batch, group, sizeOf(spatial) * few]), [1, 0, 2]);
  const apart = emit.reshape(grouped, [group, batch, ...spatial, few]);
  return emit.reshape(phaseOf(emit, apart, axes, phase, grid), [
    group,
    (batch + 1) * sizeOf(grid),
    few,
  ]);
}

/**
 * One phase of an input whose second axis are the clips and whose next ones are the window's: padded to the grid, with one
 * more clip of zeros, so that rows can be shifted beyond the end.
 */
function phaseOf(
  emit: Emitter,
  x: Value,
  axes: readonly WindowAxis[],
  phase: readonly number[],
  grid: readonly number[],
): Value {
  const rest = x.shape.slice(2 + axes.length).map(() => 0);
  const begins = axes.map(({ before }, axis) => before - phase[axis]);
  const ends = axes.map(
    ({ before, input, stride }, axis) => grid[axis] * stride + phase[axis] - before - input,
  );
  const padded = emit.pad(x, [0, 0, ...begins, ...rest], [0, 1, ...ends, ...rest]);
  return axes.reduce(
    (value, { stride }, axis) => emit.slice(value, axis + 2, 0, value.shape[axis + 2], stride),
    padded,
  );
}

/** All taps, in row-major order. */
function tapsOf(axes: readonly WindowAxis[], grid: readonly number[]): Tap[] {
  const indices = axes.reduce<number[][]>(
    (prefixes, { taps }) =>
      prefixes.flatMap((prefix) => Array.from({ length: taps }, (_, tap) => [...prefix, tap])),
    [[]],
  );
  return indices.map((tap) => {
    const offsets = tap.map((index, axis) => index * axes[axis].dilation);
    return {
      offsets,
      phase: offsets.map((offset, axis) => offset % axes[axis].stride),
      shift: offsets.reduce(
        (sum, offset, axis) => sum * grid[axis] + Math.floor(offset / axes[axis].stride),
        0,
      ),
    };
  });
}
