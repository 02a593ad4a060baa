import type { Difference } from './differences.ts';

const bothZero = (...operands: readonly number[]): boolean => operands.every((each) => each === 0);

/** Intended differences of values from NumPy, or from PyTorch for activations. */
export const differingValues: readonly Difference[] = [
  {
    names: ['maximum', 'minimum', 'clip below a tensor', 'clip above a tensor', 'relu6', 'min', 'max', 'maxPool'],
    at: bothZero,
    value: () => 0,
    reason: 'IEEE 754 does not define the order of 0 and -0, so either may be returned.',
  },
  { names: ['sign'], at: (x) => Object.is(x, -0), value: () => -0, reason: 'sign(-0) is -0.' },
  { names: ['relu'], at: (x) => Object.is(x, -0), value: () => 0, reason: 'relu(-0) is 0.' },
  {
    names: ['power 0.5'],
    at: (x) => x === Number.NEGATIVE_INFINITY || Object.is(x, -0),
    value: (x) => -x + 0,
    reason: 'Follows pow of IEEE 754 for any exponent; NumPy computes a square root for the scalar exponent 0.5.',
  },
  {
    names: ['silu', 'mish'],
    at: (x) => x < -91,
    reason: 'e^x is a denormal number with few significant digits.',
  },
  {
    names: ['gelu tanh'],
    at: (x) => x < -2.9,
    reason: 'The exponential amplifies the rounding error of the polynomial in its exponent.',
  },
  {
    names: ['cumsum', 'layerNorm'],
    at: bothZero,
    reason: 'Sums start from 0, and 0 + -0 is 0.',
  },
  {
    names: ['sigmoidCrossEntropy'],
    at: (_, target) => target > 1,
    reason: 'For targets above 1, the two terms have opposite signs and cancel.',
  },
];
