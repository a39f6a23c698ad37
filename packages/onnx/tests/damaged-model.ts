import { tensor, type Random, type Tensor } from '@msanet/tensor';
import type { Attribute, Model, Node } from '../src/index.js';

const below = (random: Random, limit: number): number => Math.floor(random.uniform(0, limit));
const pick = <T>(random: Random, list: readonly T[]): T => list[below(random, list.length)];

/** Integers that stand at the borders of what lengths, axes and counts may be. */
const extremes = [0, 1, -1, 2, -2, 3, 7, 1024, -1024, 2 ** 31, Number.MAX_SAFE_INTEGER];

function damagedAttribute(attribute: Attribute, random: Random): Attribute {
  switch (attribute.type) {
    case 'int':
      return { type: 'int', value: pick(random, extremes) };
    case 'ints': {
      const value = [...attribute.value];
      value.splice(below(random, value.length + 1), below(random, 2), pick(random, extremes));
      return { type: 'ints', value };
    }
    case 'string':
      return {
        type: 'string',
        value: pick(random, ['', 'SAME_UPPER', 'reflect', 'ij,jk->ik', '...']),
      };
    case 'tensor':
      return { type: 'tensor', value: damagedTensor(attribute.value, random) };
    default:
      return { type: 'float', value: random.normal() };
  }
}

/** The tensor with another integer in it, or with one element less. */
function damagedTensor(value: Tensor, random: Random): Tensor {
  if (value.dtype !== 'int64' || value.data.length === 0) {
    return { ...value, shape: [1, ...value.shape] };
  }
  const numbers = Array.from(value.data as BigInt64Array);
  if (random.uniform() < 0.3) numbers.pop();
  else numbers[below(random, numbers.length)] = BigInt(pick(random, extremes));
  const shape = value.shape.length === 0 && numbers.length === 1 ? [] : [numbers.length];
  return tensor('int64', shape, BigInt64Array.from(numbers));
}

function damagedNode(node: Node, model: Model, random: Random): Node {
  const names = Object.keys(node.attributes);
  const other = pick(random, model.graph.nodes);
  const changes: readonly (() => Node)[] = [
    () => ({ ...node, opType: other.opType }),
    () => ({ ...node, inputs: node.inputs.slice(0, -1) }),
    () => ({ ...node, inputs: [...node.inputs, pick(random, ['', 'input'])] }),
    () => ({ ...node, inputs: node.inputs.with(0, pick(random, [...other.inputs, 'input', ''])) }),
    () => ({ ...node, attributes: other.attributes }),
    () => {
      if (names.length === 0) return { ...node, attributes: {} };
      const name = pick(random, names);
      const attribute = damagedAttribute(node.attributes[name], random);
      return { ...node, attributes: { ...node.attributes, [name]: attribute } };
    },
  ];
  return node.inputs.length === 0 ? changes[5]() : pick(random, changes)();
}

/** The model with up to three of its nodes, initializers or input lengths changed. */
export function damagedModel(model: Model, random: Random): Model {
  let { nodes, initializers, inputs } = model.graph;
  for (let left = 1 + below(random, 3); left > 0; left--) {
    const kind = random.uniform();
    if (kind < 0.7) {
      const at = below(random, nodes.length);
      nodes = nodes.with(at, damagedNode(nodes[at], model, random));
    } else if (kind < 0.9 && initializers.size > 0) {
      const name = pick(random, [...initializers.keys()]);
      const changed = new Map(initializers);
      const value = changed.get(name);
      if (value !== undefined) changed.set(name, damagedTensor(value, random));
      initializers = changed;
    } else {
      inputs = inputs.map((input) => ({
        ...input,
        shape: input.shape?.map((length) => (random.uniform() < 0.3 ? below(random, 9) : length)),
      }));
    }
  }
  return { ...model, graph: { ...model.graph, nodes, initializers, inputs } };
}
