import {
  graphPatterns,
  lossGradientGraph,
  patternNames,
  type GraphPattern,
} from '@msanet/autodiff';
import type { Model } from '@msanet/onnx';
import type { Problem } from './problem.js';

/** What the gradient graph is called in which every pattern is used. */
export const allPatterns = 'all';

/** The patterns of a network's gradient graph by name, with what each does: those of the rules and the architecture's own. */
export function patternsOf({ architecturePattern }: Problem): ReadonlyMap<string, string> {
  return new Map([
    ...patternNames.map((name) => [name, graphPatterns[name]] as const),
    [architecturePattern.name, architecturePattern.description],
  ]);
}

/** The gradient graph of cross-entropy with every pattern but one, or with all. */
export function gradientWithout(problem: Problem, pattern: string): Model {
  const forward = problem.forward(pattern === problem.architecturePattern.name);
  const patterns = isGraphPattern(pattern) ? { [pattern]: false } : {};
  const loss = { kind: 'cross-entropy' } as const;
  return lossGradientGraph(forward, { input: 'clips', logits: 'logits', loss, patterns });
}

function isGraphPattern(name: string): name is GraphPattern {
  return Object.hasOwn(graphPatterns, name);
}
