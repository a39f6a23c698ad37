import { readFile } from 'node:fs/promises';
import { gradientGraph } from '@msanet/autodiff';
import { isMsanetError } from '@msanet/core';
import { inferGraph, knownOperators, type GraphRuntime, type Model } from '@msanet/onnx';
import { createOrtRuntime } from '@msanet/runtime-ort';
import { ReferenceRuntime } from '@msanet/runtime-reference';
import { operatorCases, type OperatorCase } from '@msanet/testkit';

/** What was found out about one operator by trying it. */
export interface OperatorSupport {
  readonly operator: string;
  /** First and last operator set, of those tried, in which shape inference accepts a case of it. */
  readonly opsets: readonly [number, number];
  /** Operator sets in which the reference runtime loads a case of it, likewise. */
  readonly reference: readonly [number, number] | undefined;
  /** Operator sets in which ONNX Runtime loads a case of it, likewise. */
  readonly ort: readonly [number, number] | undefined;
  /** Cases on which ONNX Runtime must agree with the reference. */
  readonly cases: number;
  /** Cases whose gradient is built, and so held to the projection test. */
  readonly gradientCases: number;
  /** Cases in a form of the operator that has no gradient, and is refused with an error. */
  readonly refusedCases: number;
  /** Whether the tests of the rules name it beyond the cases. */
  readonly hasOwnTests: boolean;
}

const oldestOpset = 13;

/** The newest operator set that a case was written for; nothing is said of newer ones. */
const newestOpset = operatorCases.reduce((newest, { opset }) => Math.max(newest, opset), 0);

/** Tests of rules that are no operator cases, from this folder. */
const ownTests = ['own-cases', 'kinks'].map(
  (name) => new URL(`../../../packages/autodiff/tests/rules/${name}.test.ts`, import.meta.url),
);

/** Tries every operator: the cases of the test kit in every operator set, in both runtimes, and their gradients. */
export async function operatorSupport(): Promise<OperatorSupport[]> {
  const ort = await createOrtRuntime({ threads: 1 });
  const reference = new ReferenceRuntime();
  const own = (await Promise.all(ownTests.map((url) => readFile(url, 'utf8')))).join('\n');
  const support: OperatorSupport[] = [];
  for (const operator of knownOperators) {
    const cases = operatorCases.filter((each) => each.operator === operator);
    const forms = formsByOpset(cases);
    const opsets = extent([...forms.keys()]);
    if (opsets === undefined) throw new Error(`${operator} has no case in the test kit`);
    const gradients = cases
      .filter(({ differentiable }) => differentiable.length > 0)
      .map(hasGradient);
    support.push({
      operator,
      opsets,
      reference: extent(await loadable(reference, forms)),
      ort: extent(await loadable(ort, forms)),
      cases: cases.length,
      gradientCases: gradients.filter((found) => found).length,
      refusedCases: gradients.filter((found) => !found).length,
      hasOwnTests: own.includes(`'${operator}'`),
    });
  }
  return support;
}

/** The cases' models as models of every operator set that takes them. */
function formsByOpset(cases: readonly OperatorCase[]): Map<number, Model[]> {
  const forms = new Map<number, Model[]>();
  for (let opset = oldestOpset; opset <= newestOpset; opset++) {
    const accepted = cases.flatMap((each) => {
      const model = { ...each.build(), opsets: new Map([['', opset]]) };
      return attempt(() => inferGraph(model)) ? [model] : [];
    });
    if (accepted.length > 0) forms.set(opset, accepted);
  }
  return forms;
}

async function loadable(
  runtime: GraphRuntime,
  forms: ReadonlyMap<number, readonly Model[]>,
): Promise<number[]> {
  const opsets: number[] = [];
  for (const [opset, models] of forms) {
    for (const model of models) {
      const session = await runtime.load(model).catch(ourError);
      if (session === undefined) continue;
      await session.dispose();
      opsets.push(opset);
      break;
    }
  }
  return opsets;
}

function hasGradient(each: OperatorCase): boolean {
  return attempt(() =>
    gradientGraph(each.build(), each.differentiable, { outputs: each.differentiableOutputs }),
  );
}

/** Whether something works, as opposed to being refused. */
function attempt(work: () => unknown): boolean {
  try {
    work();
    return true;
  } catch (error) {
    ourError(error);
    return false;
  }
}

function ourError(error: unknown): undefined {
  if (!isMsanetError(error)) throw error;
  return undefined;
}

/** The first and the last of some operator sets; there are no gaps between them in ONNX. */
function extent(opsets: readonly number[]): readonly [number, number] | undefined {
  return opsets.length === 0 ? undefined : [Math.min(...opsets), Math.max(...opsets)];
}
