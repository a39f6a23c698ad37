import { formatShape, type Shape } from '@msanet/tensor';
import type { NodeContext } from './node-context.js';

/**
 * An Einsum equation with every label resolved: an ellipsis, which covers the same number of axes in every operand, is
 * replaced by labels of its own, `.0` being the first axis that it covers.
 */
export interface EinsumPlan {
  /** The labels of each operand's axes. */
  readonly operands: readonly (readonly string[])[];
  /** The labels of the output's axes. */
  readonly output: readonly string[];
  /** Length of each label's axis; an ellipsis axis broadcasts. */
  readonly lengths: ReadonlyMap<string, number>;
}

/**
 * Resolves the equation of an Einsum node for operands of those shapes (ONNX operator Einsum-12).
 *
 * Without `->` the output holds the ellipsis and then the labels that occur once, in alphabetical order.
 *
 * @throws MsanetError `GRAPH_INVALID` for an equation that cannot be read, `SHAPE_MISMATCH` for operands that do not
 *   fit it
 */
export function einsumPlan(context: NodeContext, shapes: readonly Shape[]): EinsumPlan {
  const equation = context.attribute('equation', 'string').replaceAll(/\s/g, '');
  const unreadable = (): Error =>
    context.error(
      'GRAPH_INVALID',
      'an equation of letters, commas, ellipses and at most one arrow',
      `'${equation}'`,
      'correct the equation',
    );
  const [left, right, ...rest] = equation.split('->');
  const terms = left.split(',');
  const readable = [...terms, right ?? ''].every((term) =>
    /^[A-Za-z]*(?:\.\.\.[A-Za-z]*)?$/.test(term),
  );
  if (!readable || rest.length > 0) throw unreadable();
  if (terms.length !== shapes.length) {
    throw context.mismatch(`${terms.length} operands for '${equation}'`, String(shapes.length));
  }
  const lengths = new Map<string, number>();
  let ellipsis: number | undefined;
  const operands = terms.map((term, index) => {
    const shape = shapes[index];
    const letters = term.replace('...', '').length;
    const covered = shape.length - letters;
    const fits = term.includes('...') ? covered === (ellipsis ?? covered) : covered === 0;
    if (covered < 0 || !fits) {
      throw context.mismatch(`operand ${index} with the axes '${term}'`, formatShape(shape));
    }
    if (term.includes('...')) ellipsis = covered;
    const labels = labelsOf(term, covered);
    labels.forEach((label, axis) => {
      const known = lengths.get(label) ?? 1;
      const length = shape[axis];
      if (lengths.has(label) && known !== length && known !== 1 && length !== 1) {
        throw context.mismatch(
          `length ${known} for axis '${label}' of operand ${index}`,
          `${length}`,
        );
      }
      lengths.set(label, known === 1 ? length : known);
    });
    return labels;
  });
  const output =
    right === undefined ? implicitOutput(operands, ellipsis ?? 0) : labelsOf(right, ellipsis ?? 0);
  if (output.some((label) => !lengths.has(label)) || new Set(output).size !== output.length) {
    throw unreadable();
  }
  return { operands, output, lengths };
}

function labelsOf(term: string, covered: number): string[] {
  const [before, after = ''] = term.split('...');
  return [...before, ...ellipsisLabels(term.includes('...') ? covered : 0), ...after];
}

function ellipsisLabels(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `.${index}`);
}

function implicitOutput(operands: readonly (readonly string[])[], ellipsis: number): string[] {
  const counts = new Map<string, number>();
  for (const label of operands.flat()) counts.set(label, (counts.get(label) ?? 0) + 1);
  const once = [...counts].filter(([label, count]) => count === 1 && !label.startsWith('.'));
  return [...ellipsisLabels(ellipsis), ...once.map(([label]) => label).sort()];
}
