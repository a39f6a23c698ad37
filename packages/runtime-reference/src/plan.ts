import { MsanetError } from '@msanet/tensor';
import { opsetOf, type Model, type Node } from '@msanet/onnx';
import type { OperatorKernel } from './operator-call.js';
import { operatorKernels } from './operators/table.js';

/** The first operator-set version whose semantics the kernels follow. */
const oldestOpset = 13;

/** One node with its kernel, and the values that nothing needs after it. */
export interface Step {
  readonly node: Node;
  readonly kernel: OperatorKernel;
  readonly release: readonly string[];
}

/** A graph made ready to be run: its nodes in order, each with its kernel. */
export interface Plan {
  readonly opset: number;
  readonly steps: readonly Step[];
}

/**
 * Finds the kernel of every node, checks that every value is made before it is used, and notes where each is used last.
 *
 * @throws MsanetError `OPERATOR_UNSUPPORTED` naming node, operator and opset; `GRAPH_INVALID`
 */
export function planModel(model: Model): Plan {
  const { nodes, inputs, outputs, initializers } = model.graph;
  const opset = opsetOf(model);
  const defined = new Set([...inputs.map(({ name }) => name), ...initializers.keys()]);
  const kernels = nodes.map((node) => {
    const kernel = kernelOf(node, opset);
    for (const name of node.inputs) if (name !== '') expectDefined(defined, name, node.name);
    for (const name of node.outputs) if (name !== '') define(defined, name, node.name);
    return kernel;
  });
  for (const { name } of outputs) expectDefined(defined, name, `output ${name}`);

  // Walking backwards, the first node that mentions a value is the last to need it.
  const needed = new Set([...outputs.map(({ name }) => name), ...initializers.keys()]);
  const steps: Step[] = [];
  for (let index = nodes.length - 1; index >= 0; index--) {
    const node = nodes[index];
    const release = new Set([...node.inputs, ...node.outputs].filter((name) => !needed.has(name)));
    for (const name of release) needed.add(name);
    steps.push({ node, kernel: kernels[index], release: [...release] });
  }
  return { opset, steps: steps.reverse() };
}

function kernelOf(node: Node, opset: number): OperatorKernel {
  const standard = node.domain === '' || node.domain === 'ai.onnx';
  const kernel = standard && opset >= oldestOpset ? operatorKernels.get(node.opType) : undefined;
  if (kernel) return kernel;
  throw new MsanetError({
    code: 'OPERATOR_UNSUPPORTED',
    where: `node ${node.name}`,
    expected: `an operator that the reference runtime computes (ONNX opset ${oldestOpset} or newer)`,
    got: `${standard ? '' : `${node.domain}.`}${node.opType} of opset ${opset}`,
    remedy: 'rewrite the graph without it, or run it on another runtime',
  });
}

function expectDefined(defined: ReadonlySet<string>, name: string, where: string): void {
  if (defined.has(name)) return;
  throw new MsanetError({
    code: 'GRAPH_INVALID',
    where,
    expected: 'a value that an input, an initializer or an earlier node makes',
    got: name,
    remedy: 'sort the nodes and correct the names',
  });
}

function define(defined: Set<string>, name: string, where: string): void {
  if (!defined.has(name)) {
    defined.add(name);
    return;
  }
  throw new MsanetError({
    code: 'GRAPH_INVALID',
    where,
    expected: 'every value to be made once',
    got: `a second value ${name}`,
    remedy: 'rename one of them',
  });
}
