import { notDifferentiable, straightThroughQuantization, type VjpTable } from '@msanet/autodiff';
import type { Model } from '@msanet/onnx';

const refused = notDifferentiable(
  'rounds to a grid, so its derivative is zero; the victim option straightThrough=true passes gradients through it',
);

/** Refuses to differentiate quantisation, and names the option that allows it. */
const refusedQuantization: VjpTable = { QuantizeLinear: refused, DequantizeLinear: refused };

/**
 * The rules for the quantisation of an exported model.
 *
 * @param straightThrough whether rounding counts as the identity and saturation as a clip (Bengio, Léonard & Courville,
 *   2013). Nobody gets such a gradient without asking, as it is not the derivative of the model.
 */
export function quantizationRules(straightThrough: boolean): VjpTable {
  return straightThrough ? straightThroughQuantization : refusedQuantization;
}

/** What the user of a model with quantised values should know of its gradients; nothing of other models. */
export function quantizationNotes({ graph }: Model, straightThrough: boolean): string[] {
  const { length } = graph.nodes.filter(({ opType }) => opType === 'QuantizeLinear');
  if (length === 0) return [];
  const what = `${length} QuantizeLinear ${length === 1 ? 'node rounds' : 'nodes round'} to a grid`;
  return [
    straightThrough
      ? `${what}, and gradients pass straight through: they are not the derivative of the model`
      : `${what}: gradients need the option straightThrough=true, predictions do not`,
  ];
}
