import { float32 } from '@msanet/tensor';
import { float, int, ints, string, type Attributes } from '@msanet/onnx';
import { constant, list, normal } from './operand.js';
import { operatorCase, type OperatorCase } from './operator-case.js';

/** Resizes to lengths; resampling is linear in the operand. */
const toSizes = (
  detail: string,
  shape: readonly number[],
  sizes: readonly number[],
  attributes: Attributes,
  opset = 17,
) =>
  operatorCase('Resize', detail, [normal(...shape), undefined, undefined, list(...sizes)], {
    attributes,
    opset,
    step: 1,
  });

const byScales = (
  detail: string,
  shape: readonly number[],
  scales: readonly number[],
  attributes: Attributes,
) =>
  operatorCase('Resize', detail, [normal(...shape), undefined, constant(float32(scales))], {
    attributes,
    step: 1,
  });

const coordinateModes = ['half_pixel', 'pytorch_half_pixel', 'asymmetric', 'align_corners'];
const nearestModes = ['round_prefer_floor', 'round_prefer_ceil', 'floor', 'ceil'];
const image = [1, 2, 4, 5];

/** Resampling. */
export const resizeCases: readonly OperatorCase[] = [
  ...coordinateModes.flatMap((coordinates) => {
    const mode = { coordinate_transformation_mode: string(coordinates) };
    const linear = { ...mode, mode: string('linear') };
    return [
      toSizes(`linear, ${coordinates}, up`, image, [1, 2, 7, 11], linear),
      toSizes(`linear, ${coordinates}, down`, image, [1, 2, 3, 2], linear),
      toSizes(`linear, ${coordinates}, to one row`, image, [1, 2, 1, 5], linear),
      toSizes(`cubic, ${coordinates}, up`, image, [1, 2, 6, 9], { ...mode, mode: string('cubic') }),
      byScales(`linear, ${coordinates}, factor 2`, image, [1, 1, 2, 2], linear),
    ];
  }),
  ...nearestModes.flatMap((nearest) =>
    ['half_pixel', 'asymmetric'].map((coordinates) =>
      toSizes(`nearest, ${nearest}, ${coordinates}`, image, [1, 2, 6, 7], {
        mode: string('nearest'),
        nearest_mode: string(nearest),
        coordinate_transformation_mode: string(coordinates),
      }),
    ),
  ),
  toSizes('nearest, down', image, [1, 2, 2, 3], {
    mode: string('nearest'),
    nearest_mode: string('floor'),
    coordinate_transformation_mode: string('asymmetric'),
  }),
  byScales('nearest, factor 2', [1, 3, 3, 4], [1, 1, 2, 2], {
    mode: string('nearest'),
    nearest_mode: string('floor'),
    coordinate_transformation_mode: string('asymmetric'),
  }),
  byScales('linear, factor 1.5', image, [1, 1, 1.5, 1.5], { mode: string('linear') }),
  toSizes('cubic, coefficient -0.5', image, [1, 2, 8, 10], {
    mode: string('cubic'),
    cubic_coeff_a: float(-0.5),
  }),
  toSizes('cubic, outside excluded', image, [1, 2, 8, 10], {
    mode: string('cubic'),
    exclude_outside: int(1),
  }),
  toSizes(
    'linear, two named axes',
    image,
    [8, 10],
    { mode: string('linear'), axes: ints([2, 3]) },
    18,
  ),
  toSizes('linear, no change', image, image, { mode: string('linear') }),
];
