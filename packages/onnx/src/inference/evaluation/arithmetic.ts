import type { Tensor } from '@msanet/tensor';
import type { Evaluation } from '../operator-rule.js';
import { bigintsOf, isFloating, realsOf, tensorOfBigints, tensorOfReals } from './elements.js';
import { broadcastOffset, forEachPosition } from './positions.js';

/** An elementwise function: on floating-point elements, and on integers (bool counts as 0 and 1). */
export interface Arithmetic {
  readonly real?: (...values: number[]) => number;
  /** Returns `undefined` where the result is not defined, as in a division by zero. */
  readonly integer?: (...values: bigint[]) => bigint | undefined;
}

/** A test of elements. */
export interface Comparison {
  readonly real: (a: number, b: number) => boolean;
  readonly integer: (a: bigint, b: bigint) => boolean;
}

/** Evaluates an elementwise function whose output has the operands' element type, with broadcasting. */
export function elementwise({ real, integer }: Arithmetic): Evaluation {
  return (context, [output]) => {
    const operands = context.inputs.map((input) => input?.constant).filter(isTensor);
    if (isFloating(output.dtype)) {
      if (real === undefined) return [];
      const rows = broadcastAll(operands, realsOf, output.shape);
      return [
        tensorOfReals(
          output.dtype,
          output.shape,
          rows.map((row) => real(...row)),
        ),
      ];
    }
    if (integer === undefined) return [];
    const rows = broadcastAll(operands, bigintsOf, output.shape);
    const values = rows.map((row) => integer(...row)).filter((value) => value !== undefined);
    if (values.length !== rows.length) return [];
    return [tensorOfBigints(output.dtype, output.shape, values)];
  };
}

/** Evaluates a comparison to bool, with broadcasting. */
export function comparison({ real, integer }: Comparison): Evaluation {
  return (context, [output]) => {
    const operands = context.inputs.map((input) => input?.constant).filter(isTensor);
    const results = isFloating(operands[0].dtype)
      ? broadcastAll(operands, realsOf, output.shape).map(([a, b]) => real(a, b))
      : broadcastAll(operands, bigintsOf, output.shape).map(([a, b]) => integer(a, b));
    return [
      tensorOfBigints(
        'bool',
        output.shape,
        results.map((value) => (value ? 1n : 0n)),
      ),
    ];
  };
}

function broadcastAll<E>(
  operands: readonly Tensor[],
  read: (value: Tensor) => E[],
  shape: readonly number[],
): E[][] {
  const elements = operands.map(read);
  const rows: E[][] = [];
  forEachPosition(shape, (position) => {
    rows.push(
      operands.map((operand, index) => elements[index][broadcastOffset(position, operand.shape)]),
    );
  });
  return rows;
}

function isTensor(value: Tensor | undefined): value is Tensor {
  return value !== undefined;
}
