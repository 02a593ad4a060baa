import { type DType, isTensor, ManabiError, type Tensor } from '@manabi/core';
import { checkNotNegative, checkPositive } from './hyperparameters.ts';
import type { OptimizerOptions } from './optimizer.ts';

/**
 * Checks the options that all optimizers take.
 *
 * @throws ManabiError `argument`
 */
export function checkOptions(op: string, options: OptimizerOptions): void {
  const { learningRate, weightDecay = 0, clipnorm, clipvalue, globalClipnorm } = options;
  if (typeof learningRate === 'number') checkNotNegative(op, { learningRate });
  checkNotNegative(op, { weightDecay });
  const limits = Object.entries({ clipnorm, clipvalue, globalClipnorm }).flatMap(([name, limit]) =>
    limit === undefined ? [] : [{ name, limit }],
  );
  for (const { name, limit } of limits) checkPositive(op, { [name]: limit });
  if (limits.length < 2) return;
  const names = limits.map(({ name }) => name);
  throw new ManabiError('argument', `Gradients are clipped in one way, but ${names.join(' and ')} are given.`, {
    op,
    data: { names },
  });
}

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
      `The learning rate of a state is a tensor, as is what a schedule returns, but a ${typeof rate} was given: scalar(x) ` +
        'makes one of a number.',
      { op, data: { given: typeof rate } },
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
