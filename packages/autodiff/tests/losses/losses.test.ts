import { describe, expect, it } from 'vitest';
import { Random, float32, float64, int64, type Tensor } from '@msanet/tensor';
import { GraphBuilder, type Model, type NamedTensors } from '@msanet/onnx';
import { ReferenceRuntime } from '@msanet/runtime-reference';
import { checkVjp } from '@msanet/testkit';
import {
  appendLoss,
  gradientGraph,
  lossClasses,
  lossGradientGraph,
  type LossForm,
  type LossKind,
} from '../../src/index.js';
import { clipInput, refusal, run } from '../evaluate.js';

const batch = 5;
const classes = 7;
const labels = [3, 0, 6, 2, 2];
const targets = [1, 4, 0, 5, 3];
const forms: readonly LossForm[] = [
  { kind: 'cross-entropy' },
  { kind: 'margin' },
  { kind: 'margin', confidence: 0.25 },
  { kind: 'dlr' },
  { kind: 'targeted-cross-entropy' },
  { kind: 'targeted-margin' },
  { kind: 'targeted-margin', confidence: 0.25 },
  { kind: 'targeted-dlr' },
  { kind: 'logit-difference' },
];
const named = forms.map((form) => [JSON.stringify(form), form] as const);

/** The formulas of the papers, for one clip. */
function definition(form: LossForm, z: readonly number[], y: number, t: number): number {
  const sorted = z.toSorted((a, b) => b - a);
  const others = (index: number): number => Math.max(...z.filter((_, other) => other !== index));
  const logProbability = (index: number): number =>
    z[index] - Math.log(z.reduce((sum, each) => sum + Math.exp(each), 0));
  switch (form.kind) {
    case 'cross-entropy':
      return -logProbability(y);
    case 'targeted-cross-entropy':
      return logProbability(t);
    case 'margin':
      return Math.min(others(y) - z[y], form.confidence ?? Infinity);
    case 'targeted-margin':
      return Math.min(z[t] - others(t), form.confidence ?? Infinity);
    case 'dlr':
      return -(z[y] - others(y)) / (sorted[0] - sorted[2]);
    case 'targeted-dlr':
      return -(z[y] - z[t]) / (sorted[0] - (sorted[2] + sorted[3]) / 2);
    case 'logit-difference':
      return z[t] - z[y];
  }
}

function lossModel(form: LossForm, shape: readonly number[] = [batch, classes]): Model {
  const builder = new GraphBuilder();
  const logits = clipInput(builder, 'logits', ...shape);
  const operands = Object.fromEntries(
    lossClasses(form.kind).map((name) => [name, builder.input(name, 'int64', [shape[0]])]),
  );
  builder.output(appendLoss(builder, form, logits, operands), 'loss');
  return builder.build();
}

function classFeeds(kind: LossKind): NamedTensors {
  const all = { labels: int64(labels), targets: int64(targets) };
  return Object.fromEntries(lossClasses(kind).map((name) => [name, all[name]]));
}

function logitsOf(seed: number, scale = 2): Tensor<'float64'> {
  const random = new Random(seed);
  return float64(random.fillNormal(new Float64Array(batch * classes), 0, scale), [batch, classes]);
}

function rows(logits: Tensor<'float64'>): number[][] {
  return Array.from({ length: batch }, (_, row) =>
    Array.from(logits.data.subarray(row * classes, (row + 1) * classes)),
  );
}

describe.each(named)('%s', (_, form) => {
  it.each([1, 2, 3])('is its definition (seed %i)', async (seed) => {
    const logits = logitsOf(seed);
    const { loss } = await run(lossModel(form), { logits, ...classFeeds(form.kind) });
    expect(loss.shape).toEqual([batch]);
    rows(logits).forEach((z, row) =>
      expect(Number(loss.data[row])).toBeCloseTo(
        definition(form, z, labels[row], targets[row]),
        10,
      ),
    );
  });

  it('has the gradient that differences show', async () => {
    await checkVjp({
      model: lossModel(form),
      gradient: (model, wrt, outputs) => gradientGraph(model, wrt, { outputs }),
      runtime: new ReferenceRuntime(),
      wrt: ['logits'],
      feeds: { logits: logitsOf(4), ...classFeeds(form.kind) },
      seed: 4,
    });
  });

  it('rises as the clip becomes more adversarial', async () => {
    // Away from the label and towards the target, from logits whose largest is the label's.
    const logits = logitsOf(5, 0.1);
    const moved = float64(logits.data.slice(), logits.shape);
    labels.forEach((label, row) => {
      logits.data[row * classes + label] += 2;
      moved.data[row * classes + label] += 1;
      moved.data[row * classes + targets[row]] += 0.5;
    });
    const model = lossModel(form);
    const before = await run(model, { logits, ...classFeeds(form.kind) });
    const after = await run(model, { logits: moved, ...classFeeds(form.kind) });
    labels.forEach((_label, row) =>
      expect(Number(after['loss'].data[row])).toBeGreaterThan(Number(before['loss'].data[row])),
    );
  });
});

describe('cross-entropy', () => {
  it('has the gradient softmax − one-hot', async () => {
    const logits = logitsOf(6);
    const { model, ...names } = gradientGraph(lossModel({ kind: 'cross-entropy' }), ['logits']);
    const results = await run(model, {
      logits,
      labels: int64(labels),
      [names.cotangentInputs['loss']]: float32(new Float32Array(batch).fill(1)),
    });
    const gradient = results[names.gradientOutputs['logits']].data;
    rows(logits).forEach((z, row) => {
      const total = z.reduce((sum, each) => sum + Math.exp(each), 0);
      z.forEach((each, index) => {
        const expected = Math.exp(each) / total - (index === labels[row] ? 1 : 0);
        expect(Number(gradient[row * classes + index])).toBeCloseTo(expected, 10);
      });
    });
  });

  it('stays finite for logits whose exponentials are not', async () => {
    const logits = logitsOf(7, 1e4);
    for (const kind of ['cross-entropy', 'targeted-cross-entropy'] as const) {
      const { loss } = await run(lossModel({ kind }), { logits, ...classFeeds(kind) });
      loss.data.forEach((value: number | bigint) => expect(Number.isFinite(value)).toBe(true));
    }
  });
});

describe('margin', () => {
  it('gives no gradient beyond its confidence', async () => {
    const { model, ...names } = gradientGraph(
      lossModel({ kind: 'margin', confidence: 1 }, [2, 3]),
      ['logits'],
    );
    const results = await run(model, {
      logits: float32([0, 5, 1, 0, 0.5, 0.25], [2, 3]),
      labels: int64([0, 0]),
      [names.cotangentInputs['loss']]: float32([1, 1]),
    });
    expect([...results[names.gradientOutputs['logits']].data]).toEqual([0, 0, 0, -1, 1, 0]);
  });
});

describe('dlr', () => {
  it('does not change with the scale and offset of the logits', async () => {
    for (const kind of ['dlr', 'targeted-dlr'] as const) {
      const logits = logitsOf(8);
      const scaled = float64(
        logits.data.map((each) => 3 * each - 5),
        logits.shape,
      );
      const model = lossModel({ kind });
      const before = await run(model, { logits, ...classFeeds(kind) });
      const after = await run(model, { logits: scaled, ...classFeeds(kind) });
      before['loss'].data.forEach((value: number | bigint, row: number) =>
        expect(Number(after['loss'].data[row])).toBeCloseTo(Number(value), 9),
      );
    }
  });

  it('stays finite where all logits are equal', async () => {
    const logits = float64(new Float64Array(batch * classes).fill(1), [batch, classes]);
    const { loss } = await run(lossModel({ kind: 'dlr' }), { logits, ...classFeeds('dlr') });
    loss.data.forEach((value: number | bigint) => expect(Number.isFinite(value)).toBe(true));
  });
});

describe('a loss refuses', () => {
  it.each([
    ['margin', 1],
    ['dlr', 2],
    ['targeted-dlr', 3],
  ] as const)('%s of %i classes', (kind, count) => {
    const { code, message } = refusal(() => lossModel({ kind }, [2, count]));
    expect(code).toBe('SHAPE_MISMATCH');
    expect(message).toContain(kind);
  });

  it('logits that are no matrix', () => {
    expect(refusal(() => lossModel({ kind: 'margin' }, [2, 3, 4])).code).toBe('SHAPE_MISMATCH');
  });

  it('a missing class input', () => {
    const builder = new GraphBuilder();
    const logits = clipInput(builder, 'logits', 2, 5);
    const given = { labels: builder.input('labels', 'int64', [2]) };
    const { code, message } = refusal(() =>
      appendLoss(builder, { kind: 'targeted-dlr' }, logits, given),
    );
    expect(code).toBe('OPTION_INVALID');
    expect(message).toContain('targets');
  });
});

describe('lossGradientGraph of a linear model', () => {
  /** logits = x·w + b, with x (2, 3). */
  function linear(): Model {
    const builder = new GraphBuilder();
    const x = clipInput(builder, 'clips', 2, 3);
    const w = builder.constant(float32([1, 0, 2, -1, 1, 0, 0, 2, 1], [3, 3]), 'w');
    const b = builder.constant(float32([0.1, -0.2, 0.3]), 'b');
    builder.output(builder.apply('Gemm', [x, w, b], {}, 'scores'));
    return builder.build();
  }
  const clips = float32([1, 2, -1, 0.5, -0.5, 1], [2, 3]);
  const base = { input: 'clips', logits: 'scores', loss: { kind: 'cross-entropy' } } as const;

  it('names its inputs and outputs', () => {
    const { graph } = lossGradientGraph(linear(), { ...base, loss: { kind: 'targeted-margin' } });
    expect(graph.inputs.map(({ name }) => name)).toEqual(['clips', 'targets']);
    expect(graph.outputs.map(({ name }) => name)).toEqual(['logits', 'loss', 'gradient']);
  });

  it('gives each clip a gradient that the rest of the batch has no part in', async () => {
    const model = lossGradientGraph(linear(), base);
    const first = await run(model, { clips, labels: int64([0, 1]) });
    const changed = float32(Float32Array.from(clips.data).fill(9, 3), [2, 3]);
    const second = await run(model, { clips: changed, labels: int64([0, 2]) });
    expect(first['gradient'].shape).toEqual([2, 3]);
    expect([...second['gradient'].data].slice(0, 3)).toEqual(
      [...first['gradient'].data].slice(0, 3),
    );
    expect([...second['gradient'].data].slice(3)).not.toEqual([...first['gradient'].data].slice(3));
  });

  it('takes parameters as inputs and returns their gradients, summed over the batch', async () => {
    const model = lossGradientGraph(linear(), {
      ...base,
      inputGradient: false,
      parameters: ['w', 'b'],
    });
    expect(model.graph.outputs.map(({ name }) => name)).toEqual([
      'logits',
      'loss',
      'gradient.w',
      'gradient.b',
    ]);
    const { initializers } = linear().graph;
    const parameters = { w: initializers.get('w') as Tensor, b: initializers.get('b') as Tensor };
    const results = await run(model, { clips, labels: int64([0, 1]), ...parameters });
    const logits = Array.from(results['logits'].data, Number);
    const error = [0, 1].flatMap((row) => {
      const z = logits.slice(3 * row, 3 * row + 3);
      const total = z.reduce((sum, each) => sum + Math.exp(each), 0);
      return z.map((each, index) => Math.exp(each) / total - (index === row ? 1 : 0));
    });
    [0, 1, 2].forEach((column) => {
      expect(Number(results['gradient.b'].data[column])).toBeCloseTo(
        error[column] + error[3 + column],
        10,
      );
      [0, 1, 2].forEach((row) =>
        expect(Number(results['gradient.w'].data[3 * row + column])).toBeCloseTo(
          clips.data[row] * error[column] + clips.data[3 + row] * error[3 + column],
          10,
        ),
      );
    });
  });

  it('refuses names that the graph does not have', () => {
    for (const wrong of [{ input: 'x' }, { logits: 'x' }, { parameters: ['clips'] }]) {
      expect(refusal(() => lossGradientGraph(linear(), { ...base, ...wrong })).code).toBe(
        'GRAPH_INVALID',
      );
    }
  });
});
