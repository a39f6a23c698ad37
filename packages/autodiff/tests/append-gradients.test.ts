import { describe, expect, it } from 'vitest';
import { float32, int64 } from '@msanet/tensor';
import { GraphBuilder, int, ints, type Model, type Value } from '@msanet/onnx';
import {
  appendGradients,
  gradientGraph,
  vjpRule,
  zeroGradient,
  type VjpTable,
} from '../src/index.js';
import { addedOperators, clipInput, gradientsOfSum, modelOf, refusal, run } from './evaluate.js';

/** conv → relu → conv, with both kernels as initializers. */
function twoConvolutions(): Model {
  return modelOf((builder) => {
    const x = clipInput(builder, 'x', 1, 2, 5, 5);
    const first = builder.constant(float32(new Float32Array(54).fill(0.1), [3, 2, 3, 3]), 'first');
    const second = builder.constant(
      float32(new Float32Array(108).fill(0.1), [4, 3, 3, 3]),
      'second',
    );
    const attributes = { pads: ints([1, 1, 1, 1]) };
    const hidden = builder.apply('Relu', [builder.apply('Conv', [x, first], attributes)]);
    return builder.apply('Conv', [hidden, second], attributes);
  });
}

describe('only what is asked for is emitted', () => {
  const forward = twoConvolutions();

  it('the input gradient needs two convolutions and a mask, and no weight gradient', () => {
    const { model } = gradientGraph(forward, ['x']);
    expect(addedOperators(forward, model)).toEqual(['Conv', 'HardSigmoid', 'Mul', 'Conv']);
  });

  it('the mask stands right before the product that needs it', () => {
    const { model } = gradientGraph(forward, ['x']);
    const operators = model.graph.nodes.map(({ opType }) => opType);
    expect(operators.indexOf('Mul')).toBe(operators.indexOf('HardSigmoid') + 1);
  });

  it.each([
    ['Relu', 'float64', ['Greater', 'Cast', 'Mul']],
    ['Relu', 'float16', ['Greater', 'Cast', 'Mul']],
    ['Abs', 'float64', ['Sign', 'Mul']],
  ] as const)('%s of %s is masked without HardSigmoid', (opType, dtype, expected) => {
    const model = modelOf((builder) => builder.apply(opType, [builder.input('x', dtype, [3])]));
    expect(addedOperators(model, gradientGraph(model, ['x']).model)).toEqual(expected);
  });

  it('the last kernel’s gradient needs no input gradient', () => {
    const { model } = gradientGraph(forward, ['second']);
    expect(addedOperators(forward, model)).not.toContain('Conv');
    expect(addedOperators(forward, model)).not.toContain('HardSigmoid');
  });

  it('the first kernel’s gradient needs the second input gradient, but not the first', () => {
    const { model } = gradientGraph(forward, ['first']);
    expect(addedOperators(forward, model).filter((opType) => opType === 'Conv')).toHaveLength(1);
  });

  it.each([
    ['one product for each tap', 8, 9],
    ['one product in all, where there are few channels', 3, 1],
  ])('a 3x3 kernel’s gradient is %s, and no convolution', (_, channels, products) => {
    const model = modelOf((builder) =>
      builder.apply(
        'Conv',
        [clipInput(builder, 'x', 1, channels, 16, 16), clipInput(builder, 'w', 4, channels, 3, 3)],
        { pads: ints([1, 1, 1, 1]) },
      ),
    );
    const added = addedOperators(model, gradientGraph(model, ['w']).model);
    expect(added.filter((opType) => opType === 'MatMul' || opType === 'Gemm')).toHaveLength(
      products,
    );
    expect(added).not.toContain('Conv');
  });

  it('the flipped kernel of a constant is an initializer, not nodes', () => {
    const { model } = gradientGraph(forward, ['x']);
    const shapes = [...model.graph.initializers.values()].map(({ shape }) => shape.join());
    expect(shapes).toContain('3,4,3,3');
    expect(shapes).toContain('2,3,3,3');
  });

  it('nothing for an input that the output does not depend on, but its zeros', () => {
    const model = modelOf((builder) => {
      clipInput(builder, 'unused', 2, 3);
      return builder.apply('Exp', [clipInput(builder, 'x', 4)]);
    });
    const graph = gradientGraph(model, ['unused']);
    expect(addedOperators(model, graph.model)).toEqual(['ConstantOfShape']);
  });
});

describe('the pass through the graph', () => {
  it('sums the cotangents of a value that is used several times', async () => {
    // y = x·x + x·3 + x
    const model = modelOf((builder) => {
      const x = clipInput(builder, 'x', 3);
      const square = builder.apply('Mul', [x, x]);
      const triple = builder.apply('Mul', [x, builder.constant(float32([3], []))]);
      return builder.apply('Sum', [square, triple, x]);
    });
    const { x } = await gradientsOfSum(model, { x: float32([1, -2, 0.5]) });
    expect(x).toEqual([6, 0, 5]);
  });

  it('differentiates several outputs at once, each with its cotangent', async () => {
    const builder = new GraphBuilder();
    const x = clipInput(builder, 'x', 2);
    builder.output(builder.apply('Mul', [x, x]), 'square');
    builder.output(builder.apply('Neg', [x]), 'negative');
    const { model, ...names } = gradientGraph(builder.build(), ['x']);
    const results = await run(model, {
      x: float32([3, 5]),
      [names.cotangentInputs['square']]: float32([1, 10]),
      [names.cotangentInputs['negative']]: float32([100, 1000]),
    });
    expect([...results[names.gradientOutputs['x']].data]).toEqual([6 - 100, 100 - 1000]);
  });

  it('gives gradients of inputs and of values between', async () => {
    // y = exp(h), h = 2·x
    const builder = new GraphBuilder();
    const x = clipInput(builder, 'x', 1);
    const h = builder.apply('Mul', [x, builder.constant(float32([2], []))], {}, 'h');
    const y = builder.apply('Exp', [h]);
    const one = builder.constant(float32([1]));
    const gradients = appendGradients(builder, {
      outputs: [{ value: y, cotangent: one }],
      wrt: [x, h],
    });
    for (const [name, gradient] of gradients) builder.output(gradient, `d${name}`);
    const results = await run(builder.build(), { x: float32([0.5]) });
    expect(results['dh'].data[0]).toBeCloseTo(Math.E, 12);
    expect(results['dx'].data[0]).toBeCloseTo(2 * Math.E, 12);
  });

  it('passes a cotangent straight through to an output that is asked for itself', () => {
    const builder = new GraphBuilder();
    const x = clipInput(builder, 'x', 2);
    const cotangent = clipInput(builder, 'g', 2);
    const gradients = appendGradients(builder, { outputs: [{ value: x, cotangent }], wrt: [x] });
    expect(gradients.get('x')).toBe(cotangent);
  });

  it('stops at operators whose gradient is zero', async () => {
    // y = x + floor(x)·w: floor passes nothing to x, but w has a gradient.
    const model = modelOf((builder) => {
      const x = clipInput(builder, 'x', 2);
      const w = clipInput(builder, 'w', 2);
      return builder.apply('Add', [x, builder.apply('Mul', [builder.apply('Floor', [x]), w])]);
    });
    const gradients = await gradientsOfSum(model, { x: float32([1.5, -0.5]), w: float32([7, 7]) });
    expect(gradients).toEqual({ x: [1, 1], w: [1, -1] });
  });

  it('stops at casts to integers', async () => {
    const model = modelOf((builder) => {
      const x = clipInput(builder, 'x', 2);
      const index = builder.apply('Cast', [x], { to: int(7) });
      return builder.apply('Mul', [x, builder.apply('Cast', [index], { to: int(1) })]);
    });
    expect(await gradientsOfSum(model, { x: float32([2.5, -3.25]) })).toEqual({ x: [2, -3] });
  });

  it('follows only the parts of a split that something uses', async () => {
    const model = modelOf((builder) => {
      const parts = builder.applyMany(
        'Split',
        [clipInput(builder, 'x', 6), builder.constant(int64([1, 2, 3]))],
        { axis: int(0) },
        3,
      );
      return builder.apply('Exp', [parts[1]]);
    });
    const { x } = await gradientsOfSum(model, { x: float32([5, 0, 1, 5, 5, 5]) });
    expect([x[0], x[1], x[3], x[4], x[5]]).toEqual([0, 1, 0, 0, 0]);
    expect(x[2]).toBeCloseTo(Math.E, 12);
  });

  it('leaves the forward nodes, inputs and outputs as they were', () => {
    const forward = twoConvolutions();
    const { graph } = gradientGraph(forward, ['x']).model;
    expect(graph.nodes.slice(0, forward.graph.nodes.length)).toEqual(forward.graph.nodes);
    expect(graph.inputs[0]).toEqual(forward.graph.inputs[0]);
    expect(graph.outputs[0]).toEqual(forward.graph.outputs[0]);
  });
});

describe('errors name what is wrong', () => {
  /** y = f(relu(x)) with a node name for each step. */
  function chain(apply: (builder: GraphBuilder, hidden: Value) => Value): Model {
    return modelOf((builder) =>
      apply(builder, builder.apply('Relu', [clipInput(builder, 'x', 2, 3)], {}, 'body.relu')),
    );
  }
  const simple = chain((builder, hidden) =>
    builder.apply('Tanh', [builder.apply('Exp', [hidden], {}, 'head.exp')], {}, 'head.tanh'),
  );
  const withRules = (model: Model, rules: VjpTable): { code: string; message: string } =>
    refusal(() => gradientGraph(model, ['x'], { rules }));

  it('an operator without a rule: operator, opset, node and path', () => {
    const { code, message } = withRules(simple, { Relu: undefined } as unknown as VjpTable);
    expect(code).toBe('GRADIENT_MISSING');
    expect(message).toContain('node body.relu (Relu, opset 17)');
    expect(message).toContain('body.relu → head.exp → head.tanh → ');
  });

  it('an operator that is not differentiable: why, and the path', () => {
    const model = chain((builder, hidden) => {
      const scale = builder.constant(float32([0.1], []));
      const levels = builder.apply('QuantizeLinear', [hidden, scale], {}, 'quantize');
      return builder.apply('DequantizeLinear', [levels, scale], {}, 'dequantize');
    });
    const { code, message } = refusal(() => gradientGraph(model, ['x']));
    expect(code).toBe('GRADIENT_UNDEFINED');
    expect(message).toContain('straightThroughQuantization');
    expect(message).toContain('dequantize');
  });

  it('but an operator that the gradient does not pass is no error', () => {
    const forward = modelOf((builder) => {
      const x = clipInput(builder, 'x', 2);
      builder.output(builder.apply('Relu', [x]), 'side');
      return builder.apply('Exp', [x]);
    });
    const rules = { Relu: undefined } as unknown as VjpTable;
    const graph = gradientGraph(forward, ['x'], { outputs: ['y'], rules });
    expect(addedOperators(forward, graph.model)).toEqual(['Mul']);
  });

  it('a structural operand', () => {
    const model = modelOf((builder) => {
      const x = clipInput(builder, 'x', 2, 3);
      const fill = clipInput(builder, 'fill');
      const slope = builder.apply('Where', [builder.apply('Greater', [x, fill]), x, fill]);
      return builder.apply('OneHot', [
        slope,
        builder.constant(int64([4], [])),
        builder.constant(float32([0, 1])),
      ]);
    });
    const { code, message } = refusal(() => gradientGraph(model, ['x']));
    expect(code).toBe('GRADIENT_UNDEFINED');
    expect(message).toContain('OneHot');
    expect(message).toContain('operand 0');
  });

  it('a gradient through an output that no rule follows', () => {
    const builder = new GraphBuilder();
    const x = clipInput(builder, 'x', 2, 3);
    const scale = builder.constant(float32([1, 1, 1]));
    const [, mean] = builder.applyMany('LayerNormalization', [x, scale, undefined], {}, 3);
    builder.output(mean, 'y');
    const { code, message } = refusal(() => gradientGraph(builder.build(), ['x']));
    expect(code).toBe('GRADIENT_UNDEFINED');
    expect(message).toContain('output 1');
  });

  it('a rule that returns another shape', () => {
    const Exp = vjpRule(({ emit, cotangent }) => [() => emit.sum(cotangent, [0])]);
    const { code, message } = withRules(simple, { Exp });
    expect(code).toBe('SHAPE_MISMATCH');
    expect(message).toContain('gradient rule of Exp, node head.exp, operand 0');
    expect(message).toContain('(2, 3)');
    expect(message).toContain('(1, 3)');
  });

  it('a rule that returns another element type', () => {
    const Exp = vjpRule(({ emit, cotangent }) => [() => emit.cast(cotangent, 'float64')]);
    expect(withRules(simple, { Exp }).code).toBe('DTYPE_MISMATCH');
  });

  it('a cotangent that does not fit its output', () => {
    const builder = new GraphBuilder();
    const x = clipInput(builder, 'x', 2);
    const value = builder.apply('Exp', [x]);
    const request = (cotangent: Value): (() => unknown) => {
      return () => appendGradients(builder, { outputs: [{ value, cotangent }], wrt: [x] });
    };
    expect(refusal(request(builder.constant(float32([1, 1, 1])))).code).toBe('SHAPE_MISMATCH');
    expect(refusal(request(builder.constant(int64([1, 1])))).code).toBe('DTYPE_MISMATCH');
  });

  it('a value that is not in the graph, or carries no gradient', () => {
    expect(refusal(() => gradientGraph(simple, ['missing'])).code).toBe('GRAPH_INVALID');
    const integers = modelOf((builder) =>
      builder.apply('Gather', [
        builder.constant(float32([1, 2, 3])),
        builder.input('index', 'int64', [2]),
      ]),
    );
    expect(refusal(() => gradientGraph(integers, ['index'])).code).toBe('DTYPE_MISMATCH');
  });
});

describe('rules of the caller', () => {
  it('replace those of the table', async () => {
    const model = modelOf((builder) => builder.apply('Floor', [clipInput(builder, 'x', 2)]));
    const feeds = { x: float32([0.5, 1.5]) };
    const straightThrough = vjpRule(({ cotangent }) => [() => cotangent]);
    expect(await gradientsOfSum(model, feeds)).toEqual({ x: [0, 0] });
    expect(await gradientsOfSum(model, feeds, { Floor: straightThrough })).toEqual({ x: [1, 1] });
  });

  it('can stop a gradient', async () => {
    const model = modelOf((builder) => builder.apply('Exp', [clipInput(builder, 'x', 2)]));
    const feeds = { x: float32([0.5, 1.5]) };
    expect(await gradientsOfSum(model, feeds, { Exp: zeroGradient('is frozen') })).toEqual({
      x: [0, 0],
    });
  });
});
