import type { Difference } from './differences.ts';

const isInfinite = (x: number): boolean => Math.abs(x) === Number.POSITIVE_INFINITY;

/** Gradients that differ from those of both PyTorch and JAX on purpose. */
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
    reason: 'A slope that depends on the operand is NaN where that is: a gradient must not hide what the result shows.',
  },
  {
    names: ['maximum nan'],
    at: () => true,
    value: () => Number.NaN,
    reason: 'Beside NaN, no operand has an influence that can be told.',
  },
  {
    names: ['arccosh'],
    at: (x) => x <= -1,
    value: () => Number.NaN,
    reason: 'Outside of the domain there is no slope, as there is no value.',
  },
  {
    names: ['softsign'],
    at: isInfinite,
    value: () => 0,
    reason: 'At infinity the slope has its limit.',
  },
  {
    names: ['silu', 'mish', 'gelu', 'gelu tanh'],
    at: isInfinite,
    value: (x) => (x > 0 ? 1 : 0),
    reason: 'At infinity the slope has its limit.',
  },
  {
    names: ['logsumexp'],
    at: (...values) => values.every((value) => value === Number.NEGATIVE_INFINITY),
    value: () => 0,
    reason: 'Where nothing is summed, no element has a share.',
  },
  {
    names: ['variance'],
    at: (...values) => values.some((value) => Math.abs(value) > 1e16 * Math.abs(values[values.length - 1])),
    reason: 'The mean is rounded as its largest element is, and small elements lie that far from it.',
  },
];

/** Second derivatives that differ from those of JAX on purpose. */
export const differingHessians: readonly Difference[] = [
  {
    names: ['norm'],
    at: (...values) => values.every((value) => value === 0),
    reason: 'At the origin the norm has a kink; its slopes there are taken to be 0.',
  },
  {
    names: ['clip cubed'],
    at: (...values) => values.some((value) => value === -1 || value === 2),
    reason: 'At a bound the whole gradient goes to the operand, and not half of it.',
  },
];
