import { type DType, isTensor, ManabiError, type Tensor, tree } from '@manabi/core';
import { describeGiven, isPlainObject } from '@manabi/errors/internal';
import type { OptimizerState } from './optimizer.ts';

/**
 * Checks that a parameter has a derivative.
 *
 * @throws ManabiError `dtype`
 */
export function checkFloat(op: string, path: string, param: Tensor): void {
  if (isFloat(param.dtype)) return;
  throw new ManabiError(
    'dtype',
    `Only floats can be optimized, but the parameter ${path} is ${typeOf(param)}. Keep it outside of the parameters, or ` +
      "convert it: astype(x, 'float32').",
    { op, data: { path, dtype: param.dtype, shape: param.shape } },
  );
}

/**
 * Checks that a tensor has the shape and dtype of the one that it belongs to.
 *
 * @param what it is called in messages
 * @throws ManabiError `shape` or `dtype`
 */
export function checkFits(op: string, what: string, path: string, expected: Tensor, given: Tensor): void {
  const sameShape =
    expected.rank === given.rank && expected.shape.every((length, axis) => length === given.shape[axis]);
  if (sameShape && expected.dtype === given.dtype) return;
  throw new ManabiError(
    sameShape ? 'dtype' : 'shape',
    `${what} at ${path === '' ? 'the root' : path} must be ${typeOf(expected)}, but is ${typeOf(given)}.`,
    {
      op,
      data: { path, expected: expected.shape, shape: given.shape, expectedDType: expected.dtype, dtype: given.dtype },
    },
  );
}

/**
 * Checks that there is something to optimize: numbers in place of tensors would be left as they are, without a word. A
 * tree in which there are names at most is right, such as that of a model whose weights are all frozen.
 *
 * @throws ManabiError `argument`
 */
export function checkParameters(op: string, params: unknown): void {
  if (tree.leaves(params).length > 0 || isFrozen(params)) return;
  const given = describeGiven(params);
  throw new ManabiError(
    'argument',
    `Parameters are tensors, in objects and arrays, but ${given} was given, in which there is none. Make tensors of ` +
      'what is to be optimized: tensor(…).',
    { op, data: { given } },
  );
}

function isFrozen(part: unknown): boolean {
  if (Array.isArray(part) || isPlainObject(part)) return Object.values(part).every(isFrozen);
  return part === null || typeof part === 'string' || typeof part === 'boolean';
}

/**
 * Checks that a state is one.
 *
 * @throws ManabiError `argument`
 */
export function checkState(op: string, state: unknown): asserts state is OptimizerState<unknown> {
  if (isPlainObject(state) && isPlainObject(state.slots) && 'step' in state) return;
  const given = describeGiven(state);
  throw new ManabiError(
    'argument',
    `The third argument of update is the state that init(params) or the update before gave, but ${given} was given: ` +
      'update(params, grads, state).',
    { op, data: { tree: 'state', given } },
  );
}

/**
 * Checks that a state has what this optimizer remembers, and nothing else.
 *
 * @throws ManabiError `argument`
 */
export function checkSlots(op: string, expected: readonly string[], slots: Readonly<Record<string, unknown>>): void {
  const given = Object.keys(slots);
  if (given.length === expected.length && expected.every((slot) => given.includes(slot))) return;
  const list = (names: readonly string[]) => (names.length === 0 ? 'nothing' : names.join(', '));
  throw new ManabiError(
    'argument',
    `The state remembers ${list(given)}, but ${op} with these options remembers ${list(expected)}: it is the state of ` +
      `another optimizer. Make one with init(params).`,
    { op, data: { expected, given } },
  );
}

/**
 * A learning rate, if it is one: a state's, or what a schedule returned.
 *
 * @throws ManabiError `argument`, `shape` or `dtype`
 */
export function checkedRate(op: string, rate: unknown): Tensor {
  if (!isTensor(rate)) {
    throw new ManabiError(
      'argument',
      `The learning rate of a state is a tensor, as is what a schedule returns, but ${describeGiven(rate)} was given: ` +
        'scalar(x) makes one of a number.',
      { op, data: { given: describeGiven(rate) } },
    );
  }
  if (rate.rank === 0 && isFloat(rate.dtype)) return rate;
  throw new ManabiError(
    rate.rank === 0 ? 'dtype' : 'shape',
    `The learning rate is a float without axes, but that of the state or schedule is ${typeOf(rate)}.`,
    { op, data: { dtype: rate.dtype, shape: rate.shape } },
  );
}

function isFloat(dtype: DType): boolean {
  return dtype.includes('float');
}

function typeOf({ dtype, shape }: Tensor): string {
  return `${dtype}[${shape.join(', ')}]`;
}
