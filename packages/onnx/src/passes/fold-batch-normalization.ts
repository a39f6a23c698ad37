import { allocate, isDataType, sizeOf, type Tensor } from '@msanet/tensor';
import { attributeOf, float, type Attributes } from '../attributes.js';
import type { Model, Node } from '../graph.js';
import { valuesReadBy } from '../value-reads.js';
import { pruneGraph } from './prune-graph.js';

/** Batch normalisation at inference as a factor and an offset per channel: `y = scale·x + shift`. */
interface ChannelAffine {
  readonly scale: Float64Array;
  readonly shift: Float64Array;
}

/** A float tensor that the pass can compute with. */
type Real = Tensor<'float32'> | Tensor<'float64'>;

/**
 * Folds each BatchNormalization into the Conv, ConvTranspose or Gemm before it, whose weights and bias then hold it:
 * `scale = γ / √(σ² + ε)`, `W' = scale·W`, `b' = scale·(b − μ) + β` (Ioffe and Szegedy, 2015, at inference).
 *
 * A pair is folded when the weights are initializers, nothing else reads the value between, and everything is float32
 * or float64; it is computed in double precision. Weights that other nodes share are copied, not changed.
 */
export function foldBatchNormalization(model: Model): Model {
  const { graph } = model;
  const initializers = new Map(graph.initializers);
  const readers = countReaders(model);
  const makers = new Map(graph.nodes.flatMap((node) => node.outputs.map((name) => [name, node])));
  const replaced = new Map<Node, Node | undefined>();
  const taken = new Set([
    ...initializers.keys(),
    ...makers.keys(),
    ...graph.inputs.map(({ name }) => name),
  ]);
  const keep = (base: string, value: Tensor): string => {
    let name = base;
    for (let serial = 1; taken.has(name); serial++) name = `${base}_${serial}`;
    taken.add(name);
    initializers.set(name, value);
    return name;
  };
  for (const node of graph.nodes) {
    if (node.opType !== 'BatchNormalization' || node.domain !== '') continue;
    const source = makers.get(node.inputs[0]);
    const affine = affineOf(node, initializers);
    if (source === undefined || affine === undefined) continue;
    if (readers.get(node.inputs[0]) !== 1 || source.domain !== '') continue;
    const folded = foldInto(source, affine, initializers);
    if (folded === undefined) continue;
    const inputs = [
      source.inputs[0],
      keep(`${source.inputs[1]}.folded`, folded.weight),
      keep(`${source.inputs[1]}.bias`, folded.bias),
    ];
    replaced.set(source, {
      ...source,
      inputs,
      outputs: node.outputs,
      attributes: folded.attributes,
    });
    replaced.set(node, undefined);
  }
  const nodes = graph.nodes.flatMap((node) =>
    replaced.has(node) ? (replaced.get(node) ?? []) : node,
  );
  return pruneGraph({ ...model, graph: { ...graph, nodes, initializers } });
}

/** How often each value is read, a graph output counting as a reader. */
function countReaders({ graph }: Model): Map<string, number> {
  const readers = new Map<string, number>();
  const read = (name: string): unknown => readers.set(name, (readers.get(name) ?? 0) + 1);
  for (const node of graph.nodes) for (const name of valuesReadBy(node)) read(name);
  for (const { name } of graph.outputs) read(name);
  return readers;
}

function realOf(value: Tensor | undefined): Real | undefined {
  if (value === undefined) return undefined;
  return isDataType(value, 'float32') || isDataType(value, 'float64') ? value : undefined;
}

/** The normalisation of a BatchNormalization node; `undefined` when its operands are not constants, or it trains. */
function affineOf(
  node: Node,
  initializers: ReadonlyMap<string, Tensor>,
): ChannelAffine | undefined {
  const operands = node.inputs.slice(1).map((name) => realOf(initializers.get(name))?.data);
  const [gamma, beta, mean, variance] = operands;
  const training = attributeOf(node.attributes, 'training_mode', 'int', 0) !== 0;
  if (training || node.outputs.length > 1 || !gamma || !beta || !mean || !variance)
    return undefined;
  const epsilon = attributeOf(node.attributes, 'epsilon', 'float', 1e-5);
  const scale = Float64Array.from(gamma, (value, c) => value / Math.sqrt(variance[c] + epsilon));
  return { scale, shift: scale.map((factor, c) => beta[c] - factor * mean[c]) };
}

interface FoldedOperands {
  readonly weight: Real;
  readonly bias: Real;
  readonly attributes: Attributes;
}

/** The operands of a node that computes the normalisation as well; `undefined` where that is not possible. */
function foldInto(
  node: Node,
  affine: ChannelAffine,
  initializers: ReadonlyMap<string, Tensor>,
): FoldedOperands | undefined {
  const weight = realOf(initializers.get(node.inputs[1]));
  const biasName = node.inputs[2] ?? '';
  const bias = realOf(initializers.get(biasName));
  if (weight === undefined || (biasName !== '' && bias === undefined)) return undefined;
  const channelOf = outputChannelOf(node, weight.shape);
  const biasFactor = node.opType === 'Gemm' ? attributeOf(node.attributes, 'beta', 'float', 1) : 1;
  const channels = affine.scale.length;
  if (channelOf === undefined || !holdsPerChannel(bias, channels)) return undefined;
  const attributes =
    node.opType === 'Gemm' ? { ...node.attributes, beta: float(1) } : node.attributes;
  const biasAt = (c: number): number =>
    bias === undefined ? 0 : biasFactor * bias.data[bias.data.length === 1 ? 0 : c];
  return {
    weight: mapElements(
      weight,
      weight.shape,
      (index) => affine.scale[channelOf(index)] * weight.data[index],
    ),
    bias: mapElements(weight, [channels], (c) => affine.scale[c] * biasAt(c) + affine.shift[c]),
    attributes,
  };
}

/** Whether a bias has one number, or one per output channel along its last axis. */
function holdsPerChannel(bias: Real | undefined, channels: number): boolean {
  if (bias === undefined) return true;
  const size = sizeOf(bias.shape);
  return size === 1 || (size === channels && bias.shape[bias.shape.length - 1] === channels);
}

/** Tells the output channel that an element of the weight belongs to; `undefined` for an operator that has none. */
function outputChannelOf(
  { opType, attributes }: Node,
  shape: readonly number[],
): ((index: number) => number) | undefined {
  const inner = sizeOf(shape.slice(1));
  switch (opType) {
    case 'Conv':
      return (index) => Math.floor(index / inner);
    case 'ConvTranspose': {
      const [inChannels, outPerGroup] = shape;
      const inPerGroup = inChannels / attributeOf(attributes, 'group', 'int', 1);
      const kernel = inner / outPerGroup;
      return (index) => {
        const group = Math.floor(index / inner / inPerGroup);
        return group * outPerGroup + Math.floor((index % inner) / kernel);
      };
    }
    case 'Gemm':
      return attributeOf(attributes, 'transB', 'int', 0) === 0
        ? (index) => index % inner
        : (index) => Math.floor(index / inner);
    default:
      return undefined;
  }
}

function mapElements(like: Real, shape: readonly number[], at: (index: number) => number): Real {
  const data = allocate(like.dtype, sizeOf(shape));
  for (let index = 0; index < data.length; index++) data[index] = at(index);
  return isFloat32(data) ? { dtype: 'float32', shape, data } : { dtype: 'float64', shape, data };
}

function isFloat32(data: Float32Array | Float64Array): data is Float32Array {
  return data instanceof Float32Array;
}
