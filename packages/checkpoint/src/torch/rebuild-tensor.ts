import { InertClass } from '../inert.js';
import type { Fail } from '../invalid-checkpoint.js';
import { type CheckpointValue, describeValue, isList, isTuple } from '../value.js';
import { dtypeElementType, type ElementType } from './element-type.js';
import { StorageView } from './storage.js';
import { StoredTensor, viewProblem } from './stored-tensor.js';

/** Makes a tensor of the arguments that one of PyTorch's own functions would be called with. */
type Rebuild = (args: readonly CheckpointValue[], fail: Fail) => StoredTensor;

/**
 * The functions of PyTorch that make tensors, by module and name, and what is made in their place.
 *
 * Their arguments are those of torch/_utils.py: (storage, offset, size, stride, …) for the first three, and a tensor
 * that is already made for the parameters.
 */
const rebuilds: ReadonlyMap<string, Rebuild> = new Map<string, Rebuild>([
  ['torch._utils _rebuild_tensor', (args, fail) => viewOf(args, undefined, fail)],
  ['torch._utils _rebuild_tensor_v2', (args, fail) => viewOf(args, undefined, fail)],
  ['torch._utils _rebuild_tensor_v3', (args, fail) => viewOf(args, args[6], fail)],
  ['torch._utils _rebuild_parameter', ([data], fail) => expectTensor(data, fail)],
  ['torch._utils _rebuild_parameter_with_state', ([data], fail) => expectTensor(data, fail)],
  ['torch._tensor _rebuild_from_type', rebuildFromType],
  ['torch._tensor _rebuild_from_type_v2', rebuildFromType],
]);

/** The tensor that a call of a class or function of PyTorch makes; undefined when it makes none. */
export function rebuildTensor(
  callee: InertClass,
  args: readonly CheckpointValue[],
  fail: Fail,
): StoredTensor | undefined {
  return rebuilds.get(`${callee.module} ${callee.name}`)?.(args, fail);
}

/** Tensors with attributes or of a subclass of Tensor: (function, type, arguments, state). */
function rebuildFromType(args: readonly CheckpointValue[], fail: Fail): StoredTensor {
  const [callee, , inner] = args;
  if (callee instanceof InertClass && isTuple(inner) && callee.module === 'torch._utils') {
    const tensor = rebuildTensor(callee, inner, fail);
    if (tensor !== undefined) return tensor;
  }
  throw fail('a function that makes a tensor', describeValue(callee));
}

function expectTensor(value: CheckpointValue, fail: Fail): StoredTensor {
  if (value instanceof StoredTensor) return value;
  throw fail('a tensor', describeValue(value));
}

function viewOf(
  args: readonly CheckpointValue[],
  dtype: CheckpointValue | undefined,
  fail: Fail,
): StoredTensor {
  const [storage, offset, size, stride] = args;
  if (!(storage instanceof StorageView)) throw fail('a storage', describeValue(storage));
  const storageType = storage.storage.elementType;
  const elementType = dtype === undefined ? storageType : typeOf(dtype, fail);
  if (elementType !== storageType && (storageType.bytes !== 1 || storage.start !== 0)) {
    throw fail('an untyped storage', `a storage of ${storageType.name}`);
  }
  const shape = wholeNumbers(size, 'a tensor size', fail);
  const strides = wholeNumbers(stride, 'tensor strides', fail);
  const [first] = wholeNumbers([offset], 'a storage offset', fail);
  const capacity = Math.floor((storage.length * storageType.bytes) / elementType.bytes);
  const problem = viewProblem(capacity, first, shape, strides);
  if (problem !== undefined) throw fail(problem.expected, problem.got);
  return new StoredTensor({ elementType, shape, storage, offset: first, strides });
}

function typeOf(dtype: CheckpointValue, fail: Fail): ElementType {
  const elementType =
    dtype instanceof InertClass ? dtypeElementType(dtype.module, dtype.name) : undefined;
  if (elementType === undefined) throw fail('an element type', describeValue(dtype));
  return elementType;
}

/** A tuple of whole numbers from 0 to 2^53 − 1, one for each axis. */
function wholeNumbers(value: CheckpointValue, what: string, fail: Fail): readonly number[] {
  if (!isTuple(value) && !isList(value)) throw fail(what, describeValue(value));
  if (value.length > 64) throw fail('a tensor of at most 64 axes', `${value.length} axes`);
  const numbers: number[] = [];
  for (const item of value) {
    if (typeof item !== 'number' || !Number.isSafeInteger(item) || item < 0) {
      throw fail(`${what} of numbers from 0 to 2^53 − 1`, describeValue(item));
    }
    numbers.push(item);
  }
  return numbers;
}
