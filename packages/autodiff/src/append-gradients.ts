import { MsanetError, formatShape, sameShape } from '@msanet/tensor';
import { NodeContext, type GraphBuilder, type Node, type Value } from '@msanet/onnx';
import { isFloating } from './constants.js';
import { Emitter } from './emitter.js';
import type { PatternChoice } from './graph-patterns.js';
import { vjpRules } from './rules/table.js';
import { unbroadcast } from './unbroadcast.js';
import { undefinedGradient, type VjpContext } from './vjp-context.js';
import type { CotangentThunk, VjpEntry, VjpRule, VjpTable } from './vjp-rule.js';

/** What is differentiated with respect to what. */
export interface GradientRequest {
  /** Values of the graph with the cotangents that enter there: same shape and element type. */
  readonly outputs: readonly { readonly value: Value; readonly cotangent: Value }[];
  /** The values whose gradients are wanted: inputs, initializers or anything between. */
  readonly wrt: readonly Value[];
  /** Entries that replace or extend the table of rules, such as `straightThroughQuantization`. */
  readonly rules?: VjpTable;
  /** Graph patterns to do without, for measurements and tests. */
  readonly patterns?: PatternChoice;
}

/**
 * Extends a graph under construction by its backward pass (reverse-mode differentiation).
 *
 * Only nodes between a `wrt` value and an output are differentiated, and of those only the operands that lie between.
 * The cotangents of a value that is used several times are summed. Every cotangent is checked against the shape and
 * element type of its value.
 *
 * @returns the gradient of each `wrt` value by the value's name, in its shape; zeros where no output depends on it
 * @throws MsanetError `GRADIENT_MISSING` when an operator on the way has no rule, `GRADIENT_UNDEFINED` when it is not
 *   differentiable, `SHAPE_MISMATCH` or `DTYPE_MISMATCH` when a cotangent does not fit
 */
export function appendGradients(
  builder: GraphBuilder,
  { outputs, wrt, rules, patterns }: GradientRequest,
): Map<string, Value> {
  const pass = new BackwardPass(
    builder,
    rules === undefined ? vjpRules : { ...vjpRules, ...rules },
    patterns,
  );
  return pass.run(outputs, wrt);
}

class BackwardPass {
  readonly #builder: GraphBuilder;
  readonly #emit: Emitter;
  readonly #rules: VjpTable;
  /** The forward pass: the nodes there were before the first one is emitted. */
  readonly #nodes: readonly Node[];
  /** Values that depend on a `wrt` value in a way that a gradient can follow. */
  readonly #active = new Set<string>();
  /** The contributions to each value's cotangent, in the order in which they were found. */
  readonly #contributions = new Map<string, Value[]>();
  /** Where the contributions come from: a rule, or `undefined` for a cotangent that enters there. */
  readonly #sources = new Map<string, (VjpRule | undefined)[]>();
  /** The node that makes each value. */
  readonly #makers = new Map<string, Node>();
  /** The values whose gradients are asked for. */
  readonly #asked = new Set<string>();
  /** The consumer that first gave a value a cotangent; absent for the outputs. */
  readonly #reachedFrom = new Map<string, Node>();

  constructor(builder: GraphBuilder, rules: VjpTable, patterns: PatternChoice | undefined) {
    this.#builder = builder;
    this.#emit = new Emitter(builder, 'vjp', patterns);
    this.#rules = rules;
    this.#nodes = [...builder.nodes];
    for (const node of this.#nodes) for (const name of node.outputs) this.#makers.set(name, node);
  }

  run(outputs: GradientRequest['outputs'], wrt: readonly Value[]): Map<string, Value> {
    for (const value of wrt) this.#activate(value);
    for (const node of this.#nodes) this.#propagateActivity(node);
    for (const { value, cotangent } of outputs) {
      expectFit(cotangent, value, `cotangent of ${value.name}`);
      if (this.#active.has(value.name)) this.#contribute(value.name, cotangent);
    }
    for (const node of this.#nodes.toReversed()) this.#pullBack(node);
    return new Map(
      wrt.map((value) => [value.name, this.#cotangentOf(value.name) ?? this.#zero(value)]),
    );
  }

  #activate(value: Value): void {
    const where = `gradient with respect to ${value.name}`;
    if (this.#builder.find(value.name) === undefined) {
      throw new MsanetError({
        code: 'GRAPH_INVALID',
        where,
        expected: 'a value of the graph',
        got: 'a name that the graph does not have',
        remedy: 'name an input, an initializer or the output of a node',
      });
    }
    if (!isFloating(value.dtype)) {
      throw new MsanetError({
        code: 'DTYPE_MISMATCH',
        where,
        expected: 'a floating-point value',
        got: value.dtype,
        remedy: 'differentiate with respect to floating-point values only',
      });
    }
    this.#active.add(value.name);
    this.#asked.add(value.name);
  }

  #propagateActivity(node: Node): void {
    const inputs = node.inputs.filter((name) => this.#active.has(name));
    const entry = this.#entryOf(node);
    if (inputs.length === 0 || entry?.kind === 'zero') return;
    const quantised = inputs.some((name) => !isFloating(this.#value(name).dtype));
    const carriesAnyType = entry?.kind !== 'vjp' || entry.surrogate === true || quantised;
    for (const name of node.outputs) {
      if (name === '') continue;
      if (carriesAnyType || isFloating(this.#value(name).dtype)) this.#active.add(name);
    }
  }

  #pullBack(node: Node): void {
    if (!node.inputs.some((name) => this.#active.has(name))) return;
    if (!node.outputs.some((name) => this.#contributions.has(name))) return;
    const rule = this.#ruleOf(node);
    const cotangents = node.outputs.map((name) => this.#cotangentOf(name));
    const inputs = node.inputs.map((name) => this.#builder.find(name) as Value);
    const context: VjpContext = {
      node,
      operator: new NodeContext(node, inputs, this.#builder.opset),
      emit: this.#emit.scoped(`vjp.${node.name === '' ? node.outputs[0] : node.name}`),
      inputs,
      outputs: node.outputs.map((name) => this.#builder.find(name) as Value),
      cotangent: cotangents[0] as Value,
      cotangents,
      wanted: node.inputs.map((name) => this.#active.has(name)),
      sources: this.#sources.get(node.outputs[0]) ?? [],
      target: this.#targetOf(node.inputs[0]),
    };
    const differentiable = rule.differentiableOutputs ?? 1;
    const stray = cotangents.findIndex(
      (value, index) => value !== undefined && index >= differentiable,
    );
    if (stray >= 0) {
      throw undefinedGradient(
        context,
        `a gradient through the first ${differentiable} of the outputs`,
        `one through output ${stray}, ${node.outputs[stray]}${this.#path(node)}`,
      );
    }
    const thunks = rule.vjp(context);
    node.inputs.forEach((_, index) => {
      if (context.wanted[index]) this.#pullOperand(context, rule, thunks[index], index);
    });
  }

  #pullOperand(
    context: VjpContext,
    rule: VjpRule,
    thunk: CotangentThunk | undefined,
    index: number,
  ): void {
    const { node, emit } = context;
    const operand = context.inputs[index];
    if (thunk === undefined) {
      throw undefinedGradient(
        context,
        'an operand that the operator is differentiable in',
        `operand ${index}, ${operand.name}${this.#path(node)}`,
      );
    }
    const result = thunk();
    const cotangent = rule.broadcasts ? unbroadcast(emit, result, operand.shape) : result;
    expectFit(
      cotangent,
      operand,
      `gradient rule of ${node.opType}, node ${node.name}, operand ${index}`,
    );
    this.#contribute(operand.name, cotangent, rule);
    if (!this.#reachedFrom.has(operand.name)) this.#reachedFrom.set(operand.name, node);
  }

  #contribute(name: string, cotangent: Value, source?: VjpRule): void {
    const contributions = this.#contributions.get(name);
    if (contributions === undefined) this.#contributions.set(name, [cotangent]);
    else contributions.push(cotangent);
    this.#sources.set(name, [...(this.#sources.get(name) ?? []), source]);
  }

  /** The rule that takes a value's cotangent; `undefined` where the cotangent itself is asked for. */
  #targetOf(name: string): VjpRule | undefined {
    const maker = this.#asked.has(name) ? undefined : this.#makers.get(name);
    const entry = maker === undefined ? undefined : this.#entryOf(maker);
    return entry?.kind === 'vjp' ? entry : undefined;
  }

  /** The sum of all contributions. Asked for only once the consumers of the value are done. */
  #cotangentOf(name: string): Value | undefined {
    const contributions = this.#contributions.get(name);
    if (contributions === undefined) return undefined;
    const emit = this.#emit.scoped(`vjp.${name}.sum`);
    const total = contributions.reduce((sum, contribution) => emit.add(sum, contribution));
    this.#contributions.set(name, [total]);
    return total;
  }

  #zero({ name, dtype, shape }: Value): Value {
    return this.#emit.scoped(`vjp.${name}.zero`).full(dtype, shape);
  }

  #value(name: string): Value {
    const value = this.#builder.find(name);
    if (value !== undefined) return value;
    throw new MsanetError({
      code: 'GRAPH_INVALID',
      where: `value ${name}`,
      expected: 'a value that the graph has',
      got: 'none',
      remedy: 'build the graph with GraphBuilder',
    });
  }

  #entryOf({ domain, opType }: Node): VjpEntry | undefined {
    const key = domain === '' || domain === 'ai.onnx' ? opType : `${domain}:${opType}`;
    return Object.hasOwn(this.#rules, key) ? this.#rules[key] : undefined;
  }

  #ruleOf(node: Node): VjpRule {
    const entry = this.#entryOf(node);
    if (entry?.kind === 'vjp') return entry;
    const { opset } = this.#builder;
    const operator = `${node.domain === '' ? '' : `${node.domain}:`}${node.opType}`;
    const where = `gradient of node ${node.name} (${operator}, opset ${opset})`;
    throw entry === undefined
      ? new MsanetError({
          code: 'GRADIENT_MISSING',
          where,
          expected: 'an operator with a gradient rule',
          got: `${operator}${this.#path(node)}`,
          remedy: 'pass a rule for it, or rewrite the graph without it',
        })
      : new MsanetError({
          code: 'GRADIENT_UNDEFINED',
          where,
          expected: 'a differentiable operator',
          got: `${operator}, which ${entry.why}${this.#path(node)}`,
          remedy: 'rewrite the graph without it, or pass a rule that replaces its derivative',
        });
  }

  /** The nodes that lead from a node to the output its gradient comes from, for an error. */
  #path(node: Node): string {
    const steps: string[] = [];
    let current: Node | undefined = node;
    while (current !== undefined) {
      const reached: string = current.outputs.find((name) => this.#contributions.has(name)) ?? '';
      steps.push(current.name);
      current = this.#reachedFrom.get(reached);
      if (current === undefined) steps.push(reached);
    }
    return `, on the path ${steps.join(' → ')}`;
  }
}

/** Fails unless a cotangent has the shape of its value, and its element type where that is a floating-point one. */
function expectFit(cotangent: Value, value: Value, where: string): void {
  if (!sameShape(cotangent.shape, value.shape)) {
    throw new MsanetError({
      code: 'SHAPE_MISMATCH',
      where,
      expected: `a cotangent of shape ${formatShape(value.shape)}, as ${value.name} has`,
      got: formatShape(cotangent.shape),
      remedy: 'correct what makes it',
    });
  }
  const fits = isFloating(value.dtype)
    ? cotangent.dtype === value.dtype
    : isFloating(cotangent.dtype);
  if (fits) return;
  throw new MsanetError({
    code: 'DTYPE_MISMATCH',
    where,
    expected: `a cotangent of type ${value.dtype}, as ${value.name} has`,
    got: cotangent.dtype,
    remedy: 'correct what makes it',
  });
}
