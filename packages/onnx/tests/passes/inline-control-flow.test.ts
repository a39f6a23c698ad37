import { int64, type Tensor } from '@msanet/tensor';
import { describe, expect, it } from 'vitest';
import {
  decodeModel,
  encodeModel,
  foldConstants,
  inlineControlFlow,
  int,
  type Attributes,
  type Graph,
  type Model,
  type Node,
  type ValueInfo,
} from '../../src/index.js';

const node = (
  opType: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: Attributes = {},
): Node => ({ name: outputs[0], opType, domain: '', inputs, outputs, attributes });

const scalar = (value: number): Tensor => int64([value], []);
const truth = (value: boolean): Tensor => ({
  dtype: 'bool',
  shape: [],
  data: Uint8Array.of(Number(value)),
});
const value = (name: string, dtype: ValueInfo['dtype'] = 'int64'): ValueInfo => ({
  name,
  dtype,
  shape: [],
});

function graph(part: Partial<Graph>): Graph {
  return { name: 'g', nodes: [], inputs: [], outputs: [], initializers: new Map(), ...part };
}

function model(part: Partial<Graph>): Model {
  return {
    irVersion: 8,
    producer: 'test',
    opsets: new Map([['', 17]]),
    metadata: new Map(),
    graph: graph(part),
  };
}

/** What a model without inputs computes, once it is written out and folded. */
function result(source: Model, name: string): number[] {
  // The way through a file, which holds the graphs inside nodes too.
  const { graph: folded } = foldConstants(inlineControlFlow(decodeModel(encodeModel(source))));
  expect(folded.nodes).toEqual([]);
  return Array.from(folded.initializers.get(name)?.data ?? [], Number);
}

/** Doubles `x` and adds the round's number, as long as the result is below `limit`. */
const body = graph({
  inputs: [value('round'), value('going', 'bool'), value('x')],
  nodes: [
    node('Add', ['x', 'x'], ['twice']),
    node('Add', ['twice', 'round'], ['next']),
    node('Less', ['next', 'limit'], ['goes']),
  ],
  outputs: [value('goes', 'bool'), value('next'), value('twice')],
});

const loop = (count: number, limit: number, going = true): Model =>
  model({
    initializers: new Map([
      ['count', scalar(count)],
      ['going', truth(going)],
      ['limit', scalar(limit)],
      ['start', scalar(1)],
    ]),
    nodes: [
      node('Loop', ['count', 'going', 'start'], ['last', 'doubles'], {
        body: { type: 'graph', value: body },
      }),
    ],
    outputs: [value('last'), { name: 'doubles', dtype: 'int64', shape: undefined }],
  });

describe('a loop', () => {
  it('is written out as often as its count says', () => {
    // 1 → 2 + 0 → 4 + 1 → 10 + 2 → 24 + 3
    expect(result(loop(4, 1000), 'last')).toEqual([27]);
    expect(result(loop(4, 1000), 'doubles')).toEqual([2, 4, 10, 24]);
  });

  it('ends when its condition is no longer met', () => {
    expect(result(loop(100, 12), 'last')).toEqual([12]);
    expect(result(loop(100, 12), 'doubles')).toEqual([2, 4, 10]);
  });

  it('that never runs but collects values is refused', () => {
    expect(() => inlineControlFlow(loop(4, 9, false))).toThrow(/never runs/);
  });

  it('that runs forever is refused', () => {
    const still = graph({
      inputs: [value('round'), value('going', 'bool')],
      outputs: [value('going', 'bool')],
    });
    const endless = node('Loop', ['', ''], [''], { body: { type: 'graph', value: still } });
    const source = model({ nodes: [endless] });
    expect(() => inlineControlFlow(source)).toThrow(/at most 4096 rounds/);
  });

  it('whose count depends on the input is refused by name', () => {
    const { graph: inner } = loop(1, 1);
    const initializers = new Map([...inner.initializers].filter(([name]) => name !== 'count'));
    const open = model({ ...inner, initializers, inputs: [value('count')] });
    expect(() => inlineControlFlow(open)).toThrow(/node last \(Loop\).*a count that is constant/);
    expect(() => inlineControlFlow(open)).toThrow(
      expect.objectContaining({ code: 'MODEL_UNSUPPORTED' }),
    );
  });
});

it.each([
  { taken: true, expected: [7] },
  { taken: false, expected: [12] },
])('a branch is chosen by a condition that is $taken', ({ taken, expected }) => {
  const branch = (opType: string): Graph =>
    graph({ nodes: [node(opType, ['a', 'b'], ['r'])], outputs: [value('r')] });
  const source = model({
    initializers: new Map([
      ['a', scalar(3)],
      ['b', scalar(4)],
      ['condition', truth(taken)],
    ]),
    nodes: [
      node('If', ['condition'], ['out'], {
        then_branch: { type: 'graph', value: branch('Add') },
        else_branch: { type: 'graph', value: branch('Mul') },
      }),
    ],
    outputs: [value('out')],
  });
  expect(result(source, 'out')).toEqual(expected);
});

describe('a list of tensors', () => {
  const list = (nodes: readonly Node[]): Model =>
    model({
      initializers: new Map([
        ['all', int64([1, 2, 3, 4, 5])],
        ['two', scalar(2)],
        ['last', scalar(-1)],
        ['far', scalar(9)],
      ]),
      nodes,
      outputs: [{ name: 'out', dtype: 'int64', shape: undefined }],
    });
  const joined = (name: string): Node =>
    node('ConcatFromSequence', [name], ['out'], { axis: int(0) });
  const split = node('SplitToSequence', ['all', 'two'], ['pieces'], { axis: int(0) });

  it.each([
    { case: 'split and joined', nodes: [split, joined('pieces')], expected: [1, 2, 3, 4, 5] },
    {
      case: 'with its last piece taken',
      nodes: [split, node('SequenceAt', ['pieces', 'last'], ['out'])],
      expected: [5],
    },
    {
      case: 'shortened',
      nodes: [split, node('SequenceErase', ['pieces'], ['fewer']), joined('fewer')],
      expected: [1, 2, 3, 4],
    },
    {
      case: 'lengthened in front of its last piece',
      nodes: [split, node('SequenceInsert', ['pieces', 'all', 'last'], ['more']), joined('more')],
      expected: [1, 2, 3, 4, 1, 2, 3, 4, 5, 5],
    },
    {
      case: 'made from nothing',
      nodes: [
        node('SequenceEmpty', [], ['none']),
        node('SequenceInsert', ['none', 'all'], ['one']),
        joined('one'),
      ],
      expected: [1, 2, 3, 4, 5],
    },
    {
      case: 'that is counted',
      nodes: [
        split,
        node('SequenceLength', ['pieces'], ['length']),
        node('Neg', ['length'], ['out']),
      ],
      expected: [-3],
    },
    {
      case: 'whose pieces lose their axis',
      nodes: [
        node('SplitToSequence', ['all'], ['singles'], { axis: int(0), keepdims: int(0) }),
        node('ConcatFromSequence', ['singles'], ['out'], { axis: int(0), new_axis: int(1) }),
      ],
      expected: [1, 2, 3, 4, 5],
    },
  ])('$case', ({ nodes, expected }) => {
    expect(result(list(nodes), 'out')).toEqual(expected);
  });

  it('refuses a position that it does not have', () => {
    const source = list([split, node('SequenceAt', ['pieces', 'far'], ['out'])]);
    expect(() => inlineControlFlow(source)).toThrow(/a position in a list of 3, got 9/);
  });
});

it('a model without any of them is left as it is', () => {
  const source = model({ inputs: [value('x')], outputs: [value('x')] });
  expect(inlineControlFlow(source)).toBe(source);
});
