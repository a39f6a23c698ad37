import { describe, expect, it } from 'vitest';
import { Adam, Sgd, type Optimiser } from '../../src/index.js';
import { refusal } from '../evaluate.js';

const start = [1, -2, 0.5];
const gradients = [
  [0.5, -1, 2],
  [0.1, 0.2, -3],
  [-0.4, 1e-3, 0],
  [2, -0.7, 0.25],
];

// The parameters after each step, from torch.optim of PyTorch 1.13 with the same settings.
const cases: readonly (readonly [string, () => Optimiser, readonly (readonly number[])[]])[] = [
  [
    'Adam',
    () => new Adam({ learningRate: 0.1 }),
    [
      [0.9, -1.9, 0.4],
      [0.8196959, -1.8488973, 0.4247702],
      [0.810326, -1.8094575, 0.4439176],
      [0.7526737, -1.7499144, 0.45554],
    ],
  ],
  [
    'AdamW',
    () =>
      new Adam({ learningRate: 0.05, beta1: 0.8, beta2: 0.95, epsilon: 1e-6, weightDecay: 0.1 }),
    [
      [0.9450001, -1.9400001, 0.4475],
      [0.9012903, -1.9069091, 0.4604413],
      [0.8967838, -1.8802805, 0.469255],
      [0.861107, -1.8408352, 0.4730927],
    ],
  ],
  [
    'SGD',
    () => new Sgd({ learningRate: 0.1 }),
    [
      [0.95, -1.9, 0.3],
      [0.94, -1.92, 0.6],
      [0.98, -1.9201, 0.6],
      [0.78, -1.8500999, 0.575],
    ],
  ],
  [
    'SGD with momentum and weight decay',
    () => new Sgd({ learningRate: 0.1, momentum: 0.9, weightDecay: 0.01 }),
    [
      [0.949, -1.898, 0.2995],
      [0.892151, -1.824302, 0.4187505],
      [0.8800948, -1.7562494, 0.5256572],
      [0.668364, -1.623246, 0.5963475],
    ],
  ],
];

describe('optimisers take PyTorch’s steps', () => {
  it.each(cases)('%s', (_, create, expected) => {
    const optimiser = create();
    const parameters = { weight: Float32Array.from(start) };
    gradients.forEach((gradient, step) => {
      optimiser.step(parameters, { weight: Float32Array.from(gradient) });
      parameters.weight.forEach((value, index) =>
        expect(value, `step ${step}, element ${index}`).toBeCloseTo(expected[step][index], 6),
      );
    });
  });

  it('keeps a state per parameter', () => {
    const together = { a: Float32Array.of(1), b: Float32Array.of(2) };
    const alone = { b: Float32Array.of(2) };
    const [first, second] = [new Adam(), new Adam()];
    for (const slope of [1, -0.5, 0.25]) {
      first.step(together, { a: Float32Array.of(-9 * slope), b: Float32Array.of(slope) });
      second.step(alone, { b: Float32Array.of(slope) });
    }
    expect(together.b).toEqual(alone.b);
  });

  it('follows a learning rate that changes', () => {
    const optimiser = new Sgd({ learningRate: 1 });
    const parameters = { a: Float32Array.of(0) };
    optimiser.step(parameters, { a: Float32Array.of(1) });
    optimiser.learningRate = 0.5;
    optimiser.step(parameters, { a: Float32Array.of(1) });
    expect(parameters.a[0]).toBe(-1.5);
  });

  it('leaves parameters without a gradient alone', () => {
    const parameters = { a: Float32Array.of(1), frozen: Float32Array.of(1) };
    new Adam({ weightDecay: 0.5 }).step(parameters, { a: Float32Array.of(1) });
    expect(parameters.frozen[0]).toBe(1);
  });
});

describe('the state of an optimiser', () => {
  it.each([
    ['Adam', () => new Adam({ learningRate: 0.1, weightDecay: 0.01 })],
    ['SGD', () => new Sgd({ learningRate: 0.1, momentum: 0.9, nesterov: true })],
  ])('lets another %s go on as if it were the first', (_, make) => {
    const [whole, first, second] = [make(), make(), make()];
    const parameters = { a: Float32Array.from(start) };
    const parted = { a: Float32Array.from(start) };
    gradients.forEach((gradient, step) => {
      const fed = { a: Float32Array.from(gradient) };
      whole.step(parameters, fed);
      if (step === 2) second.restore(first.state());
      (step < 2 ? first : second).step(parted, fed);
    });
    expect(parted).toEqual(parameters);
  });

  it('is a copy, which later steps leave alone', () => {
    const optimiser = new Sgd({ momentum: 0.5 });
    const step = (): void => optimiser.step({ a: Float32Array.of(1) }, { a: Float32Array.of(1) });
    step();
    const state = optimiser.state();
    step();
    expect(state).toEqual({ 'velocity:a': Float32Array.of(1) });
  });

  it('of another kind is refused', () => {
    const sgd = new Sgd({ momentum: 0.5 });
    sgd.step({ a: Float32Array.of(1) }, { a: Float32Array.of(1) });
    expect(refusal(() => new Adam().restore(sgd.state())).code).toBe('CHECKPOINT_MISMATCH');
  });
});

describe('a state that lacks a part', () => {
  it.each(['square:a', 'steps:a'])('is refused: %s', (key) => {
    const adam = new Adam();
    adam.step({ a: Float32Array.of(1) }, { a: Float32Array.of(1) });
    const parts = Object.entries(adam.state()).filter(([name]) => name !== key);
    expect(refusal(() => new Adam().restore(Object.fromEntries(parts)))).toMatchObject({
      code: 'CHECKPOINT_MISMATCH',
    });
  });
});

describe('weight decay', () => {
  it.each([
    ['Adam', (decays: (name: string) => boolean) => new Adam({ weightDecay: 0.5, decays })],
    ['SGD', (decays: (name: string) => boolean) => new Sgd({ weightDecay: 0.5, decays })],
  ])('of %s acts on the parameters that it is meant for', (_, make) => {
    const parameters = { weight: Float32Array.of(2), bias: Float32Array.of(2) };
    const still = { weight: Float32Array.of(0), bias: Float32Array.of(0) };
    make((name) => name === 'weight').step(parameters, still);
    expect(parameters.weight[0]).toBeLessThan(2);
    expect(parameters.bias[0]).toBe(2);
  });
});

describe('optimisers refuse', () => {
  it.each([
    ['a gradient without a parameter', { b: Float32Array.of(1) }],
    ['a gradient of another length', { a: Float32Array.of(1, 2) }],
    ['the name of an inherited property', { toString: Float32Array.of(1) }],
  ])('%s', (_, wrong) => {
    expect(refusal(() => new Sgd().step({ a: Float32Array.of(1) }, wrong)).code).toBe(
      'SHAPE_MISMATCH',
    );
  });

  it.each([{ learningRate: -1 }, { learningRate: NaN }, { beta1: 1 }, { beta2: -0.1 }])(
    'the setting %o',
    (options) => expect(refusal(() => new Adam(options)).code).toBe('OPTION_INVALID'),
  );
});
