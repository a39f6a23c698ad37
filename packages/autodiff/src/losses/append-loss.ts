import { MsanetError, formatShape } from '@msanet/tensor';
import { int, type GraphBuilder, type Value } from '@msanet/onnx';
import { isFloating } from '../constants.js';
import { Emitter } from '../emitter.js';
import { lossClasses, type LossClasses, type LossForm, type LossKind } from './loss-form.js';

/** The fewest classes for which each loss has a meaning. */
const fewestClasses: Readonly<Record<LossKind, number>> = {
  'cross-entropy': 1,
  'targeted-cross-entropy': 1,
  margin: 2,
  'targeted-margin': 2,
  dlr: 3,
  'targeted-dlr': 4,
  'logit-difference': 2,
};

/** Keeps DLR's quotient finite where the logits it is scaled by are equal, as its authors' code does. */
const smallestScale = 1e-12;

/**
 * Extends a graph by a loss, one number per clip; see `LossForm` for the formulas' names.
 *
 * With logits z, true class y, target t, and z_π1 ≥ z_π2 ≥ … the sorted logits:
 *
 * - `cross-entropy`: −log softmax(z)_y
 * - `margin`: max over j ≠ y of z_j − z_y, at most `confidence` (Carlini & Wagner 2017, eq. 6, sign changed)
 * - `dlr`: −(z_y − max over j ≠ y of z_j) / (z_π1 − z_π3) (Croce & Hein 2020, eq. 6)
 * - `targeted-cross-entropy`: log softmax(z)_t
 * - `targeted-margin`: z_t − max over j ≠ t of z_j, at most `confidence`
 * - `targeted-dlr`: −(z_y − z_t) / (z_π1 − (z_π3 + z_π4) / 2) (Croce & Hein 2020, eq. 7)
 * - `logit-difference`: z_t − z_y
 *
 * @param logits (batch, classes)
 * @param classes int64 (batch): the labels and targets that the loss takes
 * @returns (batch)
 * @throws MsanetError `SHAPE_MISMATCH` when the logits are no matrix or have too few classes for the loss,
 *   `DTYPE_MISMATCH` when they are no floating-point numbers
 */
export function appendLoss(
  builder: GraphBuilder,
  form: LossForm,
  logits: Value,
  classes: Readonly<Partial<Record<LossClasses, Value>>>,
): Value {
  checkLogits(form.kind, logits);
  const fragment = new LossFragment(new Emitter(builder, 'loss'), logits);
  const operands = lossClasses(form.kind).map((name) => {
    const value = classes[name];
    if (value !== undefined) return value;
    throw new MsanetError({
      code: 'OPTION_INVALID',
      where: `loss ${form.kind}`,
      expected: lossClasses(form.kind).join(' and '),
      got: Object.keys(classes).join(' and ') || 'neither',
      remedy: `pass ${name}`,
    });
  });
  return fragment.build(form, operands);
}

function checkLogits(kind: LossKind, { shape, dtype, name }: Value): void {
  const where = `loss ${kind} of ${name}`;
  if (shape.length !== 2 || shape[1] < fewestClasses[kind]) {
    throw new MsanetError({
      code: 'SHAPE_MISMATCH',
      where,
      expected: `logits (batch, classes) with at least ${fewestClasses[kind]} classes`,
      got: formatShape(shape),
      remedy: 'choose another loss or another output of the model',
    });
  }
  if (!isFloating(dtype)) {
    throw new MsanetError({
      code: 'DTYPE_MISMATCH',
      where,
      expected: 'floating-point logits',
      got: dtype,
      remedy: 'choose another output of the model',
    });
  }
}

/** The losses on one matrix of logits; everything inside is (batch, 1) or (batch, classes). */
class LossFragment {
  readonly #emit: Emitter;
  readonly #logits: Value;

  constructor(emit: Emitter, logits: Value) {
    this.#emit = emit;
    this.#logits = logits;
  }

  build(form: LossForm, [first, second]: readonly Value[]): Value {
    const loss = this.#column(form, first, second);
    return this.#emit.reshape(loss, [this.#logits.shape[0]]);
  }

  #column(form: LossForm, first: Value, second: Value): Value {
    const emit = this.#emit;
    switch (form.kind) {
      case 'cross-entropy':
        return emit.neg(this.#logProbability(first));
      case 'targeted-cross-entropy':
        return this.#logProbability(first);
      case 'margin':
        return this.#capped(emit.neg(this.#lead(first)), form.confidence);
      case 'targeted-margin':
        return this.#capped(this.#lead(first), form.confidence);
      case 'dlr': {
        const [largest, , third] = this.#largest(3);
        return this.#quotient(emit.neg(this.#lead(first)), emit.sub(largest, third));
      }
      case 'targeted-dlr': {
        const [largest, , third, fourth] = this.#largest(4);
        const scale = emit.sub(largest, emit.div(emit.add(third, fourth), 2));
        return this.#quotient(this.#difference(first, second), scale);
      }
      case 'logit-difference':
        return this.#difference(first, second);
    }
  }

  /** log softmax at the class of each clip. */
  #logProbability(classes: Value): Value {
    const logarithms = this.#emit.node('LogSoftmax', [this.#logits], { axis: int(1) });
    return this.#emit.sum(this.#emit.mul(logarithms, this.#indicator(classes)), [1]);
  }

  /** How far the logit of a class is above the largest of all others. */
  #lead(classes: Value): Value {
    const emit = this.#emit;
    const others = emit.where(this.#isClass(classes), -Infinity, this.#logits);
    return emit.sub(this.#at(classes), emit.max(others, [1]));
  }

  /** How far the logit of the target is above that of the label. */
  #difference(label: Value, target: Value): Value {
    return this.#emit.sub(this.#at(target), this.#at(label));
  }

  /** The logit of a class. */
  #at(classes: Value): Value {
    return this.#emit.sum(this.#emit.mul(this.#logits, this.#indicator(classes)), [1]);
  }

  /** The largest logits, in descending order. */
  #largest(count: number): Value[] {
    const operands = [this.#logits, this.#emit.integers([count])];
    const [values] = this.#emit.nodes('TopK', operands, 2, { axis: int(1) });
    return this.#emit.split(values, 1, new Array<number>(count).fill(1));
  }

  #capped(margin: Value, confidence: number | undefined): Value {
    if (confidence === undefined) return margin;
    return this.#emit.node('Min', [margin, this.#emit.scalar(margin.dtype, confidence)]);
  }

  #quotient(numerator: Value, scale: Value): Value {
    return this.#emit.div(numerator, this.#emit.add(scale, smallestScale));
  }

  #indicator(classes: Value): Value {
    return this.#emit.cast(this.#isClass(classes), this.#logits.dtype);
  }

  #isClass(classes: Value): Value {
    const [batch, count] = this.#logits.shape;
    const indices = Array.from({ length: count }, (_, index) => index);
    const all = this.#emit.constant(classes.dtype, indices, [1, count]);
    return this.#emit.equal(this.#emit.reshape(classes, [batch, 1]), all);
  }
}
