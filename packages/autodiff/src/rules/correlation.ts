import { int, ints, type Attributes, type Value } from '@msanet/onnx';
import type { Emitter } from '../emitter.js';
import { reach, type WindowAxis } from './window.js';

/**
 * The adjoint of a convolution of stride 1: a convolution by the flipped kernel with input and output channels exchanged,
 * padded by dilation·(taps − 1) − pad; where a pad is wider than the kernel reaches, the margin of g is cut off first.
 *
 * @param kernel flipped already, see `flipTranspose`
 */
export function correlate(
  emit: Emitter,
  g: Value,
  kernel: Value,
  axes: readonly WindowAxis[],
  group = 1,
): Value {
  const margins = axes.map((axis) => [reach(axis) - axis.before, reach(axis) - axis.after]);
  const excess = (side: number): number[] => [
    0,
    0,
    ...margins.map((pad) => Math.min(pad[side], 0)),
  ];
  const inner = emit.pad(g, excess(0), excess(1));
  return emit.node('Conv', [inner, kernel], {
    ...shared(axes, group),
    pads: ints(pads(margins.map(([before, after]) => [Math.max(before, 0), Math.max(after, 0)]))),
  });
}

/** The attributes that a convolution and its adjoint have in common. */
export function shared(axes: readonly WindowAxis[], group: number): Attributes {
  return { group: int(group), dilations: ints(axes.map(({ dilation }) => dilation)) };
}

/** Pads in ONNX's order: all begins, then all ends. */
export function pads(pairs: readonly (readonly number[])[]): number[] {
  return [...pairs.map((pair) => pair[0]), ...pairs.map((pair) => pair[1])];
}
