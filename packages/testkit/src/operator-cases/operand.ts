import {
  type Random,
  allocate,
  float32,
  int64,
  sizeOf,
  type DataType,
  type Shape,
  type Tensor,
} from '@msanet/tensor';

/** One operand of an operator case: its type, and a generator of values that suit the operator. */
export interface Operand {
  readonly dtype: DataType;
  readonly shape: Shape;
  /** `feed` for a graph input, `initializer` for a constant of the graph. */
  readonly source: 'feed' | 'initializer';
  /** Whether the operator is differentiable with respect to it at every value that `sample` gives. */
  readonly differentiable: boolean;
  /** Draws values. */
  readonly sample: (random: Random) => Tensor;
}

function floating(shape: Shape, draw: (random: Random) => number): Operand {
  return {
    dtype: 'float32',
    shape,
    source: 'feed',
    differentiable: true,
    sample: (random) =>
      float32(
        Array.from({ length: sizeOf(shape) }, () => draw(random)),
        shape,
      ),
  };
}

/** Standard normal numbers. */
export function normal(...shape: number[]): Operand {
  return floating(shape, (random) => random.normal());
}

/** Uniform numbers in [low, high). */
export function uniform(low: number, high: number, ...shape: number[]): Operand {
  return floating(shape, (random) => random.uniform(low, high));
}

/** Numbers from 0.5 to 2: for logarithms, divisors and variances. */
export function positive(...shape: number[]): Operand {
  return uniform(0.5, 2, ...shape);
}

/** Numbers from −4 to 4 that keep a distance of at least 0.05 from every kink. */
export function awayFrom(kinks: readonly number[], ...shape: number[]): Operand {
  return floating(shape, (random) => {
    for (;;) {
      const value = random.uniform(-4, 4);
      if (kinks.every((kink) => Math.abs(value - kink) >= 0.05)) return value;
    }
  });
}

/** Numbers of both signs that keep a distance of at least 0.05 from zero: for ReLU, absolute values and divisors. */
export function awayFromZero(...shape: number[]): Operand {
  return awayFrom([0], ...shape);
}

/** Numbers around zero of which any two differ by at least 0.05: for maxima, sorting and pools. */
export function distinct(...shape: number[]): Operand {
  return {
    ...floating(shape, () => 0),
    sample: (random) => {
      const order = random.permutation(sizeOf(shape));
      return float32(
        order.map((rank) => (rank - order.length / 2) * 0.1 + random.uniform(0, 0.05)),
        shape,
      );
    },
  };
}

/** Floating-point numbers from the integers low … high, so that ties and exact kinks abound; not differentiable. */
export function tied(low: number, high: number, ...shape: number[]): Operand {
  return {
    ...floating(shape, (random) => low + random.integer(high - low + 1)),
    differentiable: false,
  };
}

/** Given floating-point numbers as a vector, or in a shape; not differentiable. */
export function exactly(values: readonly number[], shape: Shape = [values.length]): Operand {
  return {
    ...floating(shape, () => 0),
    differentiable: false,
    sample: () => float32(values, shape),
  };
}

/** Random integers low … high of an integer type. */
export function integers(
  dtype: 'int64' | 'int32' | 'uint8' | 'int8',
  low: number,
  high: number,
  ...shape: number[]
): Operand {
  const sample = (random: Random): Tensor => {
    const draws = Array.from({ length: sizeOf(shape) }, () => low + random.integer(high - low + 1));
    if (dtype === 'int64') return int64(draws, shape);
    const data = allocate(dtype, draws.length);
    data.set(draws);
    return { dtype, shape, data };
  };
  return { dtype, shape, source: 'feed', differentiable: false, sample };
}

/** Indices into an axis of that length, counted from either end; they repeat. */
export function indices(length: number, ...shape: number[]): Operand {
  return integers('int64', -length, length - 1, ...shape);
}

/** Indices into an axis of that length, of which none repeats along `axis` of the shape. */
export function uniqueIndices(length: number, axis: number, ...shape: number[]): Operand {
  const inner = sizeOf(shape.slice(axis + 1));
  const sample = (random: Random): Tensor => {
    const values = new Array<number>(sizeOf(shape));
    for (let index = 0; index < values.length; index++) {
      // The first element of each line along the axis draws the order for the whole line.
      if (Math.floor(index / inner) % shape[axis] !== 0) continue;
      const order = random.permutation(length);
      for (let step = 0; step < shape[axis]; step++) values[index + step * inner] = order[step];
    }
    return int64(values, shape);
  };
  return { dtype: 'int64', shape, source: 'feed', differentiable: false, sample };
}

/** Random truth values. */
export function booleans(...shape: number[]): Operand {
  const sample = (random: Random): Tensor => ({
    dtype: 'bool',
    shape,
    data: Uint8Array.from({ length: sizeOf(shape) }, () => random.integer(2)),
  });
  return { dtype: 'bool', shape, source: 'feed', differentiable: false, sample };
}

/** The operand as a constant of the graph: weights, or bounds that an exporter writes as an initializer. */
export function fixed(operand: Operand): Operand {
  return { ...operand, source: 'initializer', differentiable: false };
}

/** A given tensor as a constant of the graph. */
export function constant(value: Tensor): Operand {
  return {
    dtype: value.dtype,
    shape: value.shape,
    source: 'initializer',
    differentiable: false,
    sample: () => value,
  };
}

/** A constant int64 vector: axes, pads, sizes, bounds of slices. */
export function list(...values: number[]): Operand {
  return constant(int64(values));
}

/** A constant int64 scalar: an axis, a depth, a diagonal. */
export function scalar(value: number): Operand {
  return constant(int64([value], []));
}

/** A constant float32 scalar: a bound, a fill value. */
export function number(value: number): Operand {
  return constant(float32([value], []));
}
