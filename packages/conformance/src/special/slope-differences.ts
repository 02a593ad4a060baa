import type { Difference } from './differences.ts';

const isInfinite = (x: number): boolean => Math.abs(x) === Number.POSITIVE_INFINITY;

/** Intended differences of gradients from both PyTorch and JAX. */
export const differingSlopes: readonly Difference[] = [
  {
    names: [
      'abs',
      'relu',
      'relu6',
      'leakyRelu',
      'thresholdedRelu',
      'hard shrink',
      'soft shrink',
      'hardSigmoid',
      'clip',
      'clip low',
      'maximum 1',
      'minimum 1',
      'norm 1',
    ],
    at: (...values) => values.some(Number.isNaN),
    value: () => Number.NaN,
    reason: 'The gradient at NaN is NaN: it must not hide the NaN of the result.',
  },
  {
    names: ['maximum nan'],
    at: () => true,
    value: () => Number.NaN,
    reason: 'With a NaN operand, the gradient of the other operand is undefined.',
  },
  {
    names: ['arccosh'],
    at: (x) => x <= -1,
    value: () => Number.NaN,
    reason: 'Outside the domain, the gradient is NaN like the value.',
  },
  {
    names: ['softsign'],
    at: isInfinite,
    value: () => 0,
    reason: 'At infinity, the gradient equals its limit.',
  },
  {
    names: ['silu', 'mish', 'gelu', 'gelu tanh'],
    at: isInfinite,
    value: (x) => (x > 0 ? 1 : 0),
    reason: 'At infinity, the gradient equals its limit.',
  },
  {
    names: ['logsumexp'],
    at: (...values) => values.every((value) => value === Number.NEGATIVE_INFINITY),
    value: () => 0,
    reason: 'If all terms of the sum are zero, the gradient of every element is 0.',
  },
  {
    names: ['variance'],
    at: (...values) => values.some((value) => Math.abs(value) > 1e16 * Math.abs(values[values.length - 1])),
    reason: 'The rounding error of the mean, relative to its largest element, exceeds the small elements.',
  },
];

/** Intended differences of second derivatives from JAX. */
export const differingHessians: readonly Difference[] = [
  {
    names: ['norm'],
    at: (...values) => values.every((value) => value === 0),
    reason: 'The norm has a kink at the origin; its gradient there is defined as 0.',
  },
  {
    names: ['clip cubed'],
    at: (...values) => values.some((value) => value === -1 || value === 2),
    reason: 'At a bound, the operand receives the whole gradient; in JAX it receives half.',
  },
];
