import { Random } from '@msanet/tensor';
import {
  GraphBuilder,
  defaultOpset,
  type Attributes,
  type Model,
  type NamedTensors,
} from '@msanet/onnx';
import type { Operand } from './operand.js';

/**
 * One call of one operator, with values to call it on: what runtimes are compared on and gradient rules are checked
 * on.
 *
 * Operands are the graph inputs `x0`, `x1`, … (those that are initializers keep their number), results the graph
 * outputs `y0`, `y1`, …
 */
export interface OperatorCase {
  /** The operator and what is special about this case; unique in the table. */
  readonly name: string;
  readonly operator: string;
  readonly opset: number;
  readonly attributes: Attributes;
  readonly operands: readonly (Operand | undefined)[];
  /** Graph inputs with respect to which the operator is differentiable at every fed value; empty for kinks and ties. */
  readonly differentiable: readonly string[];
  /** Graph outputs that the differentiated inputs reach. */
  readonly differentiableOutputs: readonly string[];
  /**
   * Step of central differences along a direction. 1 where the results are polynomials of degree at most two in each
   * operand, for which they are exact at any step.
   */
  readonly step: number;
  /** The model of this one node; the same at every call. */
  build(): Model;
  /** Values for the graph inputs, drawn anew. */
  feeds(random: Random): NamedTensors;
}

/** What a case may set besides its operands. */
export interface OperatorCaseOptions {
  readonly attributes?: Attributes;
  readonly opset?: number;
  /** Number of results; 1 by default. */
  readonly outputs?: number;
  /** Differentiated results by number; only the first by default. */
  readonly differentiableOutputs?: readonly number[];
  /** Marks operands as not differentiable whatever their generator says: values on kinks and ties. */
  readonly forwardOnly?: boolean;
  readonly step?: number;
}

/** Makes a case; `detail` says what is special about it. */
export function operatorCase(
  operator: string,
  detail: string,
  operands: readonly (Operand | undefined)[],
  options: OperatorCaseOptions = {},
): OperatorCase {
  const { attributes = {}, opset = defaultOpset, outputs = 1, forwardOnly = false } = options;
  const name = `${operator}: ${detail}`;
  const differentiable = operands.flatMap((operand, index) =>
    operand?.differentiable && !forwardOnly ? [inputName(index)] : [],
  );
  return {
    name,
    operator,
    opset,
    attributes,
    operands,
    differentiable,
    differentiableOutputs: (options.differentiableOutputs ?? [0]).map(outputName),
    step: options.step ?? 1e-5,
    build() {
      const builder = new GraphBuilder({ name: operator, opset });
      // The constants of a case are part of it, so they come from a stream of its own name.
      const random = new Random(0).fork(name);
      const values = operands.map((operand, index) => {
        if (!operand) return undefined;
        return operand.source === 'feed'
          ? builder.input(inputName(index), operand.dtype, operand.shape)
          : builder.constant(operand.sample(random), inputName(index));
      });
      const results = builder.applyMany(operator, values, attributes, outputs);
      results.forEach((result, index) => builder.output(result, outputName(index)));
      return builder.build();
    },
    feeds: (random) =>
      Object.fromEntries(
        operands.flatMap((operand, index) =>
          operand?.source === 'feed' ? [[inputName(index), operand.sample(random)]] : [],
        ),
      ),
  };
}

function inputName(index: number): string {
  return `x${index}`;
}

function outputName(index: number): string {
  return `y${index}`;
}
