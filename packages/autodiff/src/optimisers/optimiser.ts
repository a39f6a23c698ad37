import { MsanetError } from '@msanet/tensor';

/** Parameters, or their gradients, by name. */
export type ParameterSet = Readonly<Record<string, Float32Array>>;

/** Changes parameters step by step so that a loss falls. */
export interface Optimiser {
  /** Length of the next step; may change from step to step, as a schedule wants. */
  learningRate: number;
  /**
   * Takes one step down the gradient, in place.
   *
   * @param gradients one per parameter that shall change, of the same length
   * @throws MsanetError `SHAPE_MISMATCH` when a gradient has no parameter of its name and length
   */
  step(parameters: ParameterSet, gradients: ParameterSet): void;
  /** What the next step depends on beside the parameters: arrays by name, as copies. */
  state(): Record<string, Float32Array>;
  /**
   * Goes on from a state that `state` gave.
   *
   * @throws MsanetError `CHECKPOINT_MISMATCH` when it is not of this kind of optimiser
   */
  restore(state: ParameterSet): void;
}

/** Whether weight decay acts on the parameter of that name. */
export type DecayFilter = (name: string) => boolean;

/** Cuts a name of an optimiser's state, `what:parameter`, into its two parts. */
export function stateKey(
  key: string,
  kinds: readonly string[],
): { readonly kind: string; readonly name: string } {
  const at = key.indexOf(':');
  const kind = key.slice(0, at);
  if (kinds.includes(kind)) return { kind, name: key.slice(at + 1) };
  throw new MsanetError({
    code: 'CHECKPOINT_MISMATCH',
    where: 'state of the optimiser',
    expected: kinds.map((known) => `${known}:…`).join(', '),
    got: key,
    remedy: 'restore the state of an optimiser of the same kind',
  });
}

/** The parameter that a gradient belongs to. */
export function parameterOf(
  parameters: ParameterSet,
  name: string,
  gradient: Float32Array,
): Float32Array {
  const parameter = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
  if (parameter?.length === gradient.length) return parameter;
  throw new MsanetError({
    code: 'SHAPE_MISMATCH',
    where: `optimiser: gradient of ${name}`,
    expected: `a parameter ${name} of ${gradient.length} elements`,
    got: parameter === undefined ? 'none' : `${parameter.length} elements`,
    remedy: 'pass parameters and gradients of the same names and lengths',
  });
}

/** The number itself, if it is finite and in [low, high). */
export function expectOption(
  name: string,
  value: number,
  low: number,
  high = Number.POSITIVE_INFINITY,
): number {
  if (Number.isFinite(value) && value >= low && value < high) return value;
  throw new MsanetError({
    code: 'OPTION_INVALID',
    where: `optimiser: ${name}`,
    expected: high === Number.POSITIVE_INFINITY ? `at least ${low}` : `in [${low}, ${high})`,
    got: String(value),
    remedy: 'choose another value',
  });
}

/**
 * An array of an optimiser's state.
 *
 * @param length that it must have; any when absent
 * @throws MsanetError `CHECKPOINT_MISMATCH` when the state lacks it
 */
export function stateArray(state: ParameterSet, key: string, length?: number): Float32Array {
  const values = Object.hasOwn(state, key) ? state[key] : undefined;
  if (values !== undefined && (length === undefined || values.length === length)) return values;
  throw new MsanetError({
    code: 'CHECKPOINT_MISMATCH',
    where: `state of the optimiser: ${key}`,
    expected: length === undefined ? 'an array' : `${length} numbers`,
    got: values === undefined ? 'none' : String(values.length),
    remedy: 'restore a whole state',
  });
}
