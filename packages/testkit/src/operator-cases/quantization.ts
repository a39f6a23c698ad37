import { float32 } from '@msanet/tensor';
import { int } from '@msanet/onnx';
import { constant, exactly, integers, number } from './operand.js';
import { operatorCase, type OperatorCase } from './operator-case.js';

const uint8 = (...values: number[]) =>
  constant({ dtype: 'uint8', shape: [values.length], data: Uint8Array.from(values) });
const uint8Scalar = (value: number) =>
  constant({ dtype: 'uint8', shape: [], data: Uint8Array.of(value) });
const int8Scalar = (value: number) =>
  constant({ dtype: 'int8', shape: [], data: Int8Array.of(value) });

/** Linear quantisation. */
export const quantizationCases: readonly OperatorCase[] = [
  operatorCase('QuantizeLinear', 'halves to even, saturation', [
    exactly([0, 0.5, 1, 1.5, 2.5, -0.5, -1.5, 1000, -1000]),
    number(1),
    uint8Scalar(128),
  ]),
  operatorCase('QuantizeLinear', 'int8', [
    exactly([0, 1, -3, 7, 500, -500]),
    number(2),
    int8Scalar(3),
  ]),
  operatorCase('QuantizeLinear', 'no zero point', [exactly([0, 1, 3, 500, -500]), number(2)]),
  operatorCase(
    'QuantizeLinear',
    'per channel',
    [
      exactly([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], [2, 3, 2]),
      constant(float32([0.5, 1, 2])),
      uint8(0, 10, 20),
    ],
    { attributes: { axis: int(1) } },
  ),
  operatorCase('DequantizeLinear', 'one scale', [
    integers('uint8', 0, 255, 2, 3),
    number(0.25),
    uint8Scalar(128),
  ]),
  operatorCase(
    'DequantizeLinear',
    'per channel, negative axis',
    [integers('uint8', 0, 255, 2, 3, 2), constant(float32([0.5, 1, 2])), uint8(0, 10, 20)],
    { attributes: { axis: int(-2) } },
  ),
  operatorCase('DequantizeLinear', 'int8, no zero point', [
    integers('int8', -128, 127, 5),
    number(0.5),
  ]),
];
