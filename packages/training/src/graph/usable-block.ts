import { Random, type Tensor } from '@msanet/tensor';
import { GraphBuilder, int, ints, type GraphRuntime, type Model } from '@msanet/onnx';
import { blockConvolutions, blockDomain } from './block-convolutions.js';

/** How far a convolution in blocks may be from the standard operator's, relative to the largest value. */
const tolerance = 1e-5;

/**
 * Channels per block that the runtime computes convolutions in; undefined where it has no such operators, or where they do
 * not give what the standard operators give. They are internal to ONNX Runtime, so that is tried, not assumed.
 */
export async function usableBlock(runtime: GraphRuntime): Promise<number | undefined> {
  if (runtime.precision !== 'float32' || runtime.device !== 'cpu') return undefined;
  try {
    const block = await blockOf(runtime);
    return (await agrees(runtime, block)) ? block : undefined;
  } catch {
    return undefined;
  }
}

/** The channels that one pixel of few channels takes when it is put in blocks. */
async function blockOf(runtime: GraphRuntime): Promise<number> {
  const x = { name: 'x', dtype: 'float32' as const, shape: [1, 4, 1, 1] };
  const probe: Model = {
    irVersion: 8,
    producer: 'msanet',
    opsets: new Map([
      ['', 17],
      [blockDomain, 1],
    ]),
    graph: {
      name: 'block probe',
      nodes: [
        {
          name: 'y',
          opType: 'ReorderInput',
          domain: blockDomain,
          inputs: ['x'],
          outputs: ['y'],
          attributes: { channels_last: int(0) },
        },
      ],
      inputs: [x],
      outputs: [{ name: 'y', dtype: 'float32', shape: undefined }],
      initializers: new Map(),
    },
    metadata: new Map(),
  };
  const session = await runtime.load(probe);
  try {
    const { y } = await session.run({ x: values([1, 4, 1, 1], new Random(0)) });
    return y.data.length;
  } finally {
    await session.dispose();
  }
}

/** Whether two convolutions, of few and of whole blocks of channels, give the same in blocks. */
async function agrees(runtime: GraphRuntime, block: number): Promise<boolean> {
  const builder = new GraphBuilder({ name: 'block test' });
  const shapes = { x: [2, 3, 9, 7], first: [block, 3, 3, 3], second: [2 * block, block, 3, 3] };
  const [x, first, second] = Object.entries(shapes).map(([name, shape]) =>
    builder.input(name, 'float32', shape),
  );
  const pads = ints([1, 1, 1, 1]);
  const between = builder.apply('Conv', [x, first], { pads, strides: ints([2, 2]) });
  builder.output(builder.apply('Conv', [between, second], { pads }), 'y');
  const model = builder.build();
  const random = new Random(0);
  const feeds = Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => [name, values(shape, random.fork(name))]),
  );
  const [standard, inBlocks] = await Promise.all(
    [model, blockConvolutions(model, block)].map(async (each) => {
      const session = await runtime.load(each);
      try {
        return (await session.run(feeds))['y'].data as Float32Array;
      } finally {
        await session.dispose();
      }
    }),
  );
  const highest = standard.reduce((top, value) => Math.max(top, Math.abs(value)), 0);
  return standard.every((value, index) => Math.abs(value - inBlocks[index]) <= tolerance * highest);
}

function values(shape: readonly number[], random: Random): Tensor<'float32'> {
  const length = shape.reduce((product, axis) => product * axis, 1);
  return { dtype: 'float32', shape, data: random.fillNormal(new Float32Array(length)) };
}
