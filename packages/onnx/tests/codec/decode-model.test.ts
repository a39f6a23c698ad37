import { describe, expect, it } from 'vitest';
import { isMsanetError, type ErrorCode } from '@msanet/tensor';
import { decodeModel } from '../../src/index.js';
import { exportedBytes } from '../fixtures.js';
import { message, modelOf, modelWith, node, valueInfo, type HandMadeField } from './hand-made.js';

const input: HandMadeField = [11, valueInfo('x')];
const relu: HandMadeField = [1, node('Relu', ['x'], ['y'])];
const output: HandMadeField = [12, valueInfo('y')];
const opset: HandMadeField = [8, message([2, 17])];

describe('decodeModel', () => {
  it('reads a graph that names only what it must', () => {
    const { graph, opsets, irVersion } = decodeModel(modelOf(relu, input, output));
    expect(graph.nodes).toEqual([
      { name: 'y', opType: 'Relu', domain: '', inputs: ['x'], outputs: ['y'], attributes: {} },
    ]);
    expect(graph.inputs).toEqual([{ name: 'x', dtype: 'float32', shape: [] }]);
    expect(opsets).toEqual(new Map([['', 17]]));
    expect(irVersion).toBe(8);
  });

  it('takes ai.onnx for the standard operator set', () => {
    const graph = message([1, node('Relu', ['x'], ['y'], [7, 'ai.onnx'])], input, output);
    const model = decodeModel(message([1, 8], [8, message([1, 'ai.onnx'], [2, 21])], [7, graph]));
    expect(model.opsets).toEqual(new Map([['', 21]]));
    expect(model.graph.nodes[0].domain).toBe('');
  });

  it('reads lengths, symbols and unknown axes', () => {
    const symbolic = valueInfo(
      'x',
      message([1, 3]),
      message([2, 'batch']),
      message(),
      message([1, -1]),
    );
    expect(decodeModel(modelOf(relu, [11, symbolic], output)).graph.inputs[0].shape).toEqual([
      3,
      'batch',
      undefined,
      undefined,
    ]);
  });

  it('makes an input with an initializer a constant', () => {
    const weight = message([1, 1], [2, 6], [5, 4], [8, 'w']);
    const add: HandMadeField = [1, node('Add', ['x', 'w'], ['y'])];
    const { graph } = decodeModel(modelOf(add, input, [11, valueInfo('w')], output, [5, weight]));
    expect(graph.inputs.map(({ name }) => name)).toEqual(['x']);
    expect([...graph.initializers.keys()]).toEqual(['w']);
  });

  it('reads attributes that leave their type out, and saturates large integers', () => {
    const attributes: HandMadeField[] = [
      [5, message([1, 'start'], [3, 2n ** 63n - 1n], [20, 2])],
      [5, message([1, 'axes'], [8, 4], [8, -(2n ** 63n)])],
      [5, message([1, 'mode'], [4, 'edge'])],
      [5, message([1, 'empty'], [20, 7])],
    ];
    const { nodes } = decodeModel(
      modelOf([1, node('Relu', ['x'], ['y'], ...attributes)], input, output),
    ).graph;
    expect(nodes[0].attributes).toEqual({
      start: { type: 'int', value: Number.MAX_SAFE_INTEGER },
      axes: { type: 'ints', value: [4, -Number.MAX_SAFE_INTEGER] },
      mode: { type: 'string', value: 'edge' },
      empty: { type: 'ints', value: [] },
    });
  });

  it('keeps an attribute whatever its name is', () => {
    const named = node('Relu', ['x'], ['y'], [5, message([1, '__proto__'], [3, 1], [20, 2])]);
    const { attributes } = decodeModel(modelOf([1, named], input, output)).graph.nodes[0];
    expect(Object.keys(attributes)).toEqual(['__proto__']);
  });

  it('puts nodes into order', () => {
    const late = [1, node('Relu', ['y'], ['z'])] as const;
    const { nodes } = decodeModel(modelOf(late, relu, input, [12, valueInfo('z')])).graph;
    expect(nodes.map(({ name }) => name)).toEqual(['y', 'z']);
  });

  it('skips what it does not know', () => {
    const bytes = modelOf(relu, input, output, [10, 'a text'], [99, 5], [13, message([1, 'y'])]);
    expect(decodeModel(bytes).graph.nodes).toHaveLength(1);
  });

  const refused: readonly (readonly [string, ErrorCode, Uint8Array])[] = [
    ['no bytes', 'ONNX_INVALID', new Uint8Array()],
    ['a text', 'ONNX_INVALID', new TextEncoder().encode('{"this": "is not an ONNX model"}')],
    ['a model without a graph', 'ONNX_INVALID', message([1, 8], opset)],
    ['a model without operator sets', 'ONNX_INVALID', message([1, 8], [7, message()])],
    ['a model without an IR version', 'ONNX_INVALID', message(opset, [7, message()])],
    ['a field of another wire type', 'ONNX_INVALID', message([1, 'eight'], opset)],
    ['a name that is not UTF-8', 'ONNX_INVALID', modelOf([2, Uint8Array.of(0xff)])],
    ['a value that nothing makes', 'GRAPH_INVALID', modelOf(relu, output)],
    ['an output that nothing makes', 'GRAPH_INVALID', modelOf(input, output)],
    ['a value made twice', 'GRAPH_INVALID', modelOf(relu, relu, input, output)],
    [
      'a node that overwrites an input',
      'GRAPH_INVALID',
      modelOf([1, node('Relu', ['x'], ['x'])], input),
    ],
    ['an input declared twice', 'GRAPH_INVALID', modelOf(input, input)],
    [
      'a cycle',
      'GRAPH_INVALID',
      modelOf([1, node('Add', ['x', 'b'], ['a'])], [1, node('Relu', ['a'], ['b'])], input),
    ],
    ['functions', 'MODEL_UNSUPPORTED', message([1, 8], opset, [7, message()], [25, message()])],
    ['sparse initializers', 'MODEL_UNSUPPORTED', modelOf([15, message()])],
    [
      'an input that is a sequence',
      'MODEL_UNSUPPORTED',
      modelOf([11, message([1, 'x'], [2, message([4, ''])])]),
    ],
    ['an input without a type', 'MODEL_UNSUPPORTED', modelOf([11, message([1, 'x'])])],
    [
      'a reference to a function’s attribute',
      'MODEL_UNSUPPORTED',
      modelOf(
        [1, node('Relu', ['x'], ['y'], [5, message([1, 'a'], [20, 1], [21, 'b'])])],
        input,
        output,
      ),
    ],
    [
      'a sparse tensor attribute',
      'MODEL_UNSUPPORTED',
      modelOf([1, node('Constant', [], ['y'], [5, message([1, 'a'], [20, 11])])], output),
    ],
    [
      'a tensor attribute without a tensor',
      'ONNX_INVALID',
      modelOf([1, node('Constant', [], ['y'], [5, message([1, 'value'], [20, 4])])], output),
    ],
    [
      'external data when no file is at hand',
      'ONNX_INVALID',
      modelWith([1, 1], [2, 1], [14, 1], [13, message([1, 'location'], [2, 'weights'])]),
    ],
  ];
  it.each(refused)('refuses %s', (_, code, bytes) => {
    expect(() => decodeModel(bytes, { name: 'clip.onnx' })).toThrow(
      expect.objectContaining({ code }),
    );
  });

  it('names the file', () => {
    expect(() => decodeModel(new Uint8Array(), { name: 'clip.onnx' })).toThrow('clip.onnx');
  });

  it('refuses graphs inside graphs without end', () => {
    let graph = message();
    for (let depth = 0; depth < 1000; depth++) {
      graph = message([1, node('If', [], [], [5, message([1, 'then'], [6, graph], [20, 5])])]);
    }
    expect(() => decodeModel(message([1, 8], opset, [7, graph]))).toThrow(
      expect.objectContaining({ code: 'ONNX_INVALID', message: expect.stringContaining('deeper') }),
    );
  });

  it('reads a graph that takes values from the one around it, and orders nodes by them', () => {
    const branch = message([1, node('Neg', ['y'], ['inner'])], [12, valueInfo('inner')]);
    const choice = node('If', ['x'], ['z'], [5, message([1, 'then_branch'], [6, branch], [20, 5])]);
    const { nodes } = decodeModel(modelOf([1, choice], relu, input, [12, valueInfo('z')])).graph;
    expect(nodes.map(({ opType }) => opType)).toEqual(['Relu', 'If']);
    const lost = message([1, node('Neg', ['nowhere'], ['inner'])]);
    const bad = node('If', ['x'], ['z'], [5, message([1, 'then_branch'], [6, lost], [20, 5])]);
    expect(() => decodeModel(modelOf([1, bad], input))).toThrow(
      expect.objectContaining({ code: 'GRAPH_INVALID' }),
    );
  });

  it('refuses every truncation of a model', () => {
    const bytes = exportedBytes('indexing-16');
    let refusals = 0;
    for (let length = 0; length < bytes.length; length += 7) {
      try {
        decodeModel(bytes.subarray(0, length));
      } catch (error) {
        if (!isMsanetError(error)) throw error;
        refusals++;
      }
    }
    expect(refusals).toBe(Math.ceil(bytes.length / 7));
  });
});
