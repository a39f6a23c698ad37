import { vjpRules, type VjpTable } from '@msanet/autodiff';
import type { Model, Node } from '@msanet/onnx';
import { quantizationRules } from './quantization-rules.js';

/** The rules that the victim differentiates with when nothing else is asked for. */
const rules: VjpTable = { ...vjpRules, ...quantizationRules(false) };

/**
 * The operators between the clips and the logits through which no gradient flows, each with its first node and the
 * reason: `Round at node 12, which is piecewise constant`.
 *
 * Comparisons and indices are among them wherever a network has masks; they are no reason for concern.
 *
 * @param model a forward graph from `clips` to `logits`
 */
export function gradientStops({ graph }: Model): string[] {
  const stops = new Map<string, string>();
  for (const node of nodesBetween(graph.nodes, 'clips', 'logits')) {
    const key = node.domain === '' ? node.opType : `${node.domain}:${node.opType}`;
    const entry = Object.hasOwn(rules, key) ? rules[key] : undefined;
    if (entry?.kind === 'vjp' || stops.has(key)) continue;
    stops.set(key, `${key} at node ${node.name}, which ${entry?.why ?? 'has no rule'}`);
  }
  return [...stops.values()];
}

/** The nodes that depend on one value and that another depends on. */
function nodesBetween(nodes: readonly Node[], from: string, to: string): Node[] {
  const reached = new Set([from]);
  const dependent = nodes.filter(({ inputs, outputs }) => {
    const depends = inputs.some((name) => reached.has(name));
    if (depends) for (const name of outputs) reached.add(name);
    return depends;
  });
  const needed = new Set([to]);
  return dependent
    .toReversed()
    .filter(({ inputs, outputs }) => {
      const counts = outputs.some((name) => needed.has(name));
      if (counts) for (const name of inputs) needed.add(name);
      return counts;
    })
    .reverse();
}
