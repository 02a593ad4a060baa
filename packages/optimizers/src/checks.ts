import { type DType, isTensor, ManabiError, type Tensor, tree } from '@manabi/core';
import { describeGiven, isPlainObject } from '@manabi/errors/internal';
import type { OptimizerState } from './optimizer.ts';

/**
 * Checks that a parameter has a floating-point dtype, as gradients require.
 *
 * @throws ManabiError `dtype`
 */
export function checkFloat(op: string, path: string, param: Tensor): void {
  if (isFloat(param.dtype)) return;
  throw new ManabiError(
    'dtype',
    `Parameter ${path} must have a floating-point dtype; got ${typeOf(param)}. Exclude it from the parameters, or convert ` +
      "it: astype(x, 'float32').",
    { op, data: { path, dtype: param.dtype, shape: param.shape } },
  );
}

/**
 * Checks that a gradient or slot has the shape and dtype of its parameter.
 *
 * @param label name of the tensor at the start of the message
 * @param fix sentence that says how to solve the problem
 * @throws ManabiError `shape` or `dtype`
 */
export function checkFits(
  op: string,
  { label, path, fix }: { readonly label: string; readonly path: string; readonly fix: string },
  expected: Tensor,
  given: Tensor,
): void {
  const sameShape =
    expected.rank === given.rank && expected.shape.every((length, axis) => length === given.shape[axis]);
  if (sameShape && expected.dtype === given.dtype) return;
  throw new ManabiError(
    sameShape ? 'dtype' : 'shape',
    `${label} at ${path === '' ? 'the root' : path} must be ${typeOf(expected)}; got ${typeOf(given)}. ${fix}`,
    {
      op,
      data: { path, expected: expected.shape, shape: given.shape, expectedDType: expected.dtype, dtype: given.dtype },
    },
  );
}

/**
 * Checks that a tree of parameters contains tensors, since numbers in place of tensors would silently stay unchanged. A
 * tree that contains only names, booleans and nulls is accepted, such as that of a model whose weights are all frozen.
 *
 * @throws ManabiError `argument`
 */
export function checkParameters(op: string, params: unknown): void {
  if (tree.leaves(params).length > 0 || isFrozen(params)) return;
  const given = describeGiven(params);
  throw new ManabiError(
    'argument',
    `Parameters must be a tensor, or objects and arrays of tensors; got ${given}. Convert numbers first: tensor(…).`,
    { op, data: { given } },
  );
}

function isFrozen(part: unknown): boolean {
  if (Array.isArray(part) || isPlainObject(part)) return Object.values(part).every(isFrozen);
  return part === null || typeof part === 'string' || typeof part === 'boolean';
}

/**
 * Checks that a value has the fields of an optimizer state.
 *
 * @throws ManabiError `argument`
 */
export function checkState(op: string, state: unknown): asserts state is OptimizerState<unknown> {
  if (isPlainObject(state) && isPlainObject(state.slots) && 'step' in state) return;
  const given = describeGiven(state);
  throw new ManabiError(
    'argument',
    `\`state\` must be the state returned by init(params) or by the previous update(); got ${given}. ` +
      'Call update(params, grads, state).',
    { op, data: { tree: 'state', given } },
  );
}

/**
 * Checks that a state has exactly the slots of this optimizer.
 *
 * @throws ManabiError `argument`
 */
export function checkSlots(op: string, expected: readonly string[], slots: Readonly<Record<string, unknown>>): void {
  const given = Object.keys(slots);
  if (given.length === expected.length && expected.every((slot) => given.includes(slot))) return;
  const list = (names: readonly string[]) => (names.length === 0 ? 'none' : names.join(', '));
  throw new ManabiError(
    'argument',
    `The state belongs to another optimizer: expected slots ${list(expected)}, got ${list(given)}. ` +
      `Create a new state with init(params).`,
    { op, data: { expected, given } },
  );
}

/**
 * Checks a learning rate from a state or from a schedule, and returns it.
 *
 * @throws ManabiError `argument`, `shape` or `dtype` unless the learning rate is a float scalar
 */
export function checkedRate(op: string, rate: unknown): Tensor {
  if (!isTensor(rate)) {
    throw new ManabiError(
      'argument',
      `The learning rate in a state or returned by a schedule must be a tensor; got ${describeGiven(rate)}. ` +
        'Convert a number with scalar(x).',
      { op, data: { given: describeGiven(rate) } },
    );
  }
  if (rate.rank === 0 && isFloat(rate.dtype)) return rate;
  throw new ManabiError(
    rate.rank === 0 ? 'dtype' : 'shape',
    `The learning rate of the state or schedule must be a floating-point scalar; got ${typeOf(rate)}.`,
    { op, data: { dtype: rate.dtype, shape: rate.shape } },
  );
}

function isFloat(dtype: DType): boolean {
  return dtype.includes('float');
}

function typeOf({ dtype, shape }: Tensor): string {
  return `${dtype}[${shape.join(', ')}]`;
}
