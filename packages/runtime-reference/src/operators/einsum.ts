import { formatShape, sizeOf, stridesOf } from '@msanet/tensor';
import type { OperatorCall } from '../operator-call.js';
import { ndarray, type NdArray } from '../ndarray.js';
import { stridedOffsets } from '../strided.js';

/** An equation with every axis named: one label per operand axis, and the labels of the result. */
interface Equation {
  readonly operands: readonly (readonly string[])[];
  readonly result: readonly string[];
}

/** The labels of one term; the axes of an ellipsis are named from the back, so that they broadcast. */
function labelsOf(call: OperatorCall, term: string, rank: number): string[] {
  const [before, after] = term.split('...');
  if (after === undefined) return [...before];
  const hidden = rank - before.length - after.length;
  if (hidden < 0) throw call.shapeError(`the axes of ${term}`, `rank ${rank}`);
  const ellipsis = Array.from({ length: hidden }, (_, index) => `ellipsis ${hidden - index}`);
  return [...before, ...ellipsis, ...after];
}

function parse(call: OperatorCall, operands: readonly NdArray[]): Equation {
  const [left, right] = call.required('equation', 'string').replaceAll(' ', '').split('->');
  const terms = left.split(',');
  if (terms.length !== operands.length) {
    throw call.error(
      'GRAPH_INVALID',
      `${terms.length} operands`,
      String(operands.length),
      'name every operand in the equation',
    );
  }
  const labels = terms.map((term, index) => labelsOf(call, term, operands[index].shape.length));
  const all = labels.flat();
  const widest = labels
    .map((list) => list.filter((label) => label.startsWith('ellipsis')))
    .reduce((best, list) => (list.length > best.length ? list : best), []);
  if (right === undefined) {
    const once = [...new Set(all)]
      .filter((label) => label.length === 1 && all.indexOf(label) === all.lastIndexOf(label))
      .sort();
    return { operands: labels, result: [...widest, ...once] };
  }
  const letters = right.replace('...', '').length;
  return { operands: labels, result: labelsOf(call, right, letters + widest.length) };
}

/** Einsum: multiplies the operands along named axes and sums over the axes that the result does not name. */
export function einsum(call: OperatorCall): NdArray {
  const operands = call.operands;
  const equation = parse(call, operands);
  const lengths = new Map<string, number>();
  equation.operands.forEach((labels, which) => {
    const { shape } = operands[which];
    if (labels.length !== shape.length) {
      throw call.shapeError(`${labels.length} axes for operand ${which}`, formatShape(shape));
    }
    labels.forEach((label, axis) => {
      const known = lengths.get(label) ?? 1;
      if (known !== 1 && shape[axis] !== 1 && known !== shape[axis]) {
        throw call.shapeError(`one length for axis ${label}`, `${known} and ${shape[axis]}`);
      }
      lengths.set(label, Math.max(known, shape[axis]));
    });
  });
  const summed = [...lengths.keys()].filter((label) => !equation.result.includes(label));
  const lengthOf = (label: string) => lengths.get(label) ?? 1;
  const shape = equation.result.map(lengthOf);
  const inner = summed.map(lengthOf);
  const walks = operands.map((operand, which) => {
    const own = stridesOf(operand.shape);
    // A label that occurs twice in one operand walks along its diagonal.
    const strideOf = (label: string) =>
      equation.operands[which].reduce(
        (sum, other, axis) =>
          other === label && operand.shape[axis] !== 1 ? sum + own[axis] : sum,
        0,
      );
    return {
      data: operand.data,
      outer: stridedOffsets(shape, equation.result.map(strideOf)),
      inner: stridedOffsets(inner, summed.map(strideOf)),
    };
  });
  const result = new Float64Array(sizeOf(shape));
  const terms = sizeOf(inner);
  for (let index = 0; index < result.length; index++) {
    for (let term = 0; term < terms; term++) {
      let product = 1;
      for (const walk of walks) product *= walk.data[walk.outer[index] + walk.inner[term]];
      result[index] += product;
    }
  }
  return ndarray(shape, result, operands[0].dtype);
}
