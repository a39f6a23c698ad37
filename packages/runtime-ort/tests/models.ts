import { GraphBuilder, int, type Model, type Node } from '@msanet/onnx';
import { Random, sizeOf, tensor, type DataType, type Shape, type Tensor } from '@msanet/tensor';

/** y = relu(x), of shape (2, 3). */
export function reluModel(): Model {
  const builder = new GraphBuilder({ name: 'rectifier' });
  builder.output(builder.apply('Relu', [builder.input('x', 'float32', [2, 3])]), 'y');
  return builder.build();
}

/** y = x, of the element type. */
export function identityModel(dtype: DataType, shape: Shape): Model {
  const builder = new GraphBuilder({ name: 'identity' });
  builder.output(builder.input('x', dtype, shape), 'y');
  return builder.build();
}

/** Two 3 × 3 convolutions with a rectifier between them, 16 channels, on (4, 16, 20, 20): enough work for threads to share. */
export function convolutionModel(seed: number): Model {
  const random = new Random(seed);
  const builder = new GraphBuilder({ name: 'convolutions' });
  let value = builder.input('x', 'float32', [4, 16, 20, 20]);
  for (const name of ['first', 'second']) {
    const kernel = builder.constant(randomTensor(random, [16, 16, 3, 3]), name);
    value = builder.apply('Conv', [value, kernel], {
      pads: { type: 'ints', value: [1, 1, 1, 1] },
    });
    value = builder.apply('Relu', [value]);
  }
  builder.output(value, 'y');
  return builder.build();
}

/** A float32 tensor of normally distributed numbers. */
export function randomTensor(random: Random, shape: Shape): Tensor<'float32'> {
  return tensor('float32', shape, random.fillNormal(new Float32Array(sizeOf(shape))));
}

/** A model of one node that the builder would refuse; inputs and output are float32 of shape (2, 2). */
export function rawModel(node: Partial<Node> & Pick<Node, 'opType'>, opset = 17): Model {
  const inputs = node.inputs ?? ['x'];
  const value = (name: string) => ({ name, dtype: 'float32', shape: [2, 2] }) as const;
  return {
    irVersion: 8,
    producer: 'test',
    opsets: new Map([
      ['', opset],
      ['elsewhere', 1],
    ]),
    metadata: new Map(),
    graph: {
      name: 'raw',
      nodes: [{ name: 'culprit', domain: '', outputs: ['y'], attributes: {}, ...node, inputs }],
      inputs: inputs.filter((name) => name !== 'missing').map(value),
      outputs: [value('y')],
      initializers: new Map(),
    },
  };
}

/** y = x[index] along axis 0; x has shape (3). */
export function gatherModel(): Model {
  const builder = new GraphBuilder({ name: 'gather' });
  const x = builder.input('x', 'float32', [3]);
  const index = builder.input('index', 'int64', [1]);
  builder.output(builder.apply('Gather', [x, index], { axis: int(0) }), 'y');
  return builder.build();
}
