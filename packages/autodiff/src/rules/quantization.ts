import type { DataType } from '@msanet/tensor';
import type { Value } from '@msanet/onnx';
import { undefinedGradient, type VjpContext } from '../vjp-context.js';
import { vjpRule, type VjpTable } from '../vjp-rule.js';

const ranges: Readonly<Partial<Record<DataType, readonly [number, number]>>> = {
  int8: [-128, 127],
  uint8: [0, 255],
  int16: [-32768, 32767],
  uint16: [0, 65535],
};

/** y = saturate(round(x/scale) + zero point), with the rounding left out of the derivative. */
const quantizeLinear = vjpRule(
  (context) => {
    const { emit, cotangent: g, inputs, outputs } = context;
    const [x, scale] = inputs;
    const zeroPoint = inputs[2] as Value | undefined;
    const [low, high] = ranges[outputs[0].dtype] ?? [-Infinity, Infinity];
    return [
      () => {
        const steps = perAxis(context, scale);
        const scaled = emit.unary('Round', emit.div(x, steps));
        const offset =
          zeroPoint === undefined ? 0 : perAxis(context, emit.cast(zeroPoint, x.dtype));
        const level = emit.add(scaled, offset);
        const bounds = [emit.scalar(x.dtype, low), emit.scalar(x.dtype, high)];
        const inside = emit.equal(level, emit.node('Clip', [level, ...bounds]));
        return emit.mul(emit.div(g, steps), emit.cast(inside, g.dtype));
      },
    ];
  },
  { surrogate: true },
);

/** y = (x − zero point)·scale. */
const dequantizeLinear = vjpRule(
  (context) => [() => context.emit.mul(context.cotangent, perAxis(context, context.inputs[1]))],
  { surrogate: true },
);

/** A scale or zero point, shaped to broadcast along the node's axis. */
function perAxis(context: VjpContext, value: Value): Value {
  const { emit, operator, cotangent } = context;
  if (value.shape.length === 0) return value;
  if (value.shape.length > 1) {
    throw undefinedGradient(context, 'one scale per tensor or per axis', 'blocked quantisation');
  }
  if (value.shape[0] === 1) return emit.reshape(value, []);
  const rank = cotangent.shape.length;
  const axis = operator.axis(operator.attribute('axis', 'int', 1), rank);
  return emit.reshape(value, [value.shape[0], ...new Array<number>(rank - axis - 1).fill(1)]);
}

/**
 * Entries that treat rounding as the identity and saturation as a clip (the straight-through estimator, Bengio, Léonard
 * & Courville 2013). Pass them as `rules` to differentiate a quantised graph; by default it is refused, because the
 * true derivative is zero.
 */
export const straightThroughQuantization: VjpTable = {
  QuantizeLinear: quantizeLinear,
  DequantizeLinear: dequantizeLinear,
};
