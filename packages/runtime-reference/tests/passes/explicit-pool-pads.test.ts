import { describe, expect, it } from 'vitest';
import { Random, float32, sizeOf } from '@msanet/tensor';
import { ReferenceRuntime } from '../../src/index.js';
import {
  GraphBuilder,
  attributeOf,
  explicitPoolPads,
  int,
  ints,
  string,
  type Attributes,
  type Model,
} from '@msanet/onnx';

const seed = 8;

function pool(opType: string, shape: readonly number[], attributes: Attributes, opset = 19): Model {
  const builder = new GraphBuilder({ opset });
  const x = builder.input('x', 'float32', shape);
  builder.output(builder.apply(opType, [x], attributes), 'y');
  return builder.build();
}

async function run(model: Model, seed: number): Promise<ArrayLike<number | bigint>> {
  const shape = model.graph.inputs[0].shape as number[];
  const values = new Random(seed).fillNormal(new Float64Array(sizeOf(shape)));
  const session = await new ReferenceRuntime().load(model);
  const { y } = await session.run({ x: float32(values, shape) });
  expect(y.shape).toEqual(model.graph.outputs[0].shape);
  return y.data;
}

function ceilModes({ graph }: Model): number[] {
  const pools = graph.nodes.filter((node) => node.opType.endsWith('Pool'));
  return pools.map(({ attributes }) => attributeOf(attributes, 'ceil_mode', 'int', 0));
}

describe('explicitPoolPads', () => {
  it.each(['MaxPool', 'AveragePool'])('keeps the values of every %s', async (opType) => {
    const random = new Random(seed);
    for (let draw = 0; draw < 60; draw++) {
      const axes = [0, 1].map(() => {
        const taps = 1 + random.integer(4);
        return {
          taps,
          stride: 1 + random.integer(4),
          before: random.integer(taps),
          after: random.integer(taps),
          length: taps + random.integer(7),
        };
      });
      const attributes = {
        kernel_shape: ints(axes.map(({ taps }) => taps)),
        strides: ints(axes.map(({ stride }) => stride)),
        pads: ints([...axes.map(({ before }) => before), ...axes.map(({ after }) => after)]),
        ceil_mode: int(1),
      };
      const model = pool(opType, [1, 2, ...axes.map(({ length }) => length)], attributes);
      const explicit = explicitPoolPads(model);
      expect(ceilModes(explicit)).toEqual([0]);
      expect(await run(explicit, draw), `draw ${draw} of seed ${seed}`).toEqual(
        await run(model, draw),
      );
    }
  });

  it('finds the pads where the node leaves them to auto_pad', async () => {
    const attributes = {
      kernel_shape: ints([3, 2]),
      strides: ints([2, 2]),
      auto_pad: string('SAME_LOWER'),
      ceil_mode: int(1),
    };
    const model = pool('MaxPool', [1, 1, 7, 5], attributes);
    const explicit = explicitPoolPads(model);
    expect(explicit.graph.nodes[0].attributes).toMatchObject({
      auto_pad: string('NOTSET'),
      pads: ints([1, 1, 1, 0]),
    });
    expect(await run(explicit, seed)).toEqual(await run(model, seed));
  });

  it.each([
    ['an AveragePool that counts its pads', 'AveragePool', { count_include_pad: int(1) }, 1],
    [
      'a dilated pool that needs a pad as long as its kernel',
      'MaxPool',
      { dilations: ints([3]) },
      1,
    ],
    ['a pool that rounds down', 'MaxPool', { ceil_mode: int(0) }, 0],
  ] as const)('leaves %s', (_, opType, attributes, ceilMode) => {
    const model = pool(opType, [1, 1, 9], {
      kernel_shape: ints([2]),
      strides: ints([2]),
      pads: ints([1, 1]),
      ceil_mode: int(1),
      ...attributes,
    });
    expect(ceilModes(explicitPoolPads(model))).toEqual([ceilMode]);
  });
});
