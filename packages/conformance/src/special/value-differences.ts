import type { Difference } from './differences.ts';

const bothZero = (...operands: readonly number[]): boolean => operands.every((each) => each === 0);

/** Values that differ from those of NumPy, or of PyTorch for activations, on purpose. */
export const differingValues: readonly Difference[] = [
  {
    names: ['maximum', 'minimum', 'clip below a tensor', 'clip above a tensor', 'relu6', 'min', 'max', 'maxPool'],
    at: bothZero,
    value: () => 0,
    reason: 'Of two zeros either may be the larger: IEEE 754 leaves their order to the implementation.',
  },
  { names: ['sign'], at: (x) => Object.is(x, -0), value: () => -0, reason: 'The sign of -0 is kept.' },
  { names: ['relu'], at: (x) => Object.is(x, -0), value: () => 0, reason: 'What is not positive becomes 0.' },
  {
    names: ['power 0.5'],
    at: (x) => x === Number.NEGATIVE_INFINITY || Object.is(x, -0),
    value: (x) => -x + 0,
    reason: 'As the power of IEEE 754, for a tensor of exponents too; NumPy takes the square root of a scalar one.',
  },
  {
    names: ['silu', 'mish'],
    at: (x) => x < -91,
    reason: 'e^x is a denormal number, whose few digits are multiplied by x.',
  },
  {
    names: ['gelu tanh'],
    at: (x) => x < -2.9,
    reason: 'The rounding of the polynomial in the exponent counts as often as the exponent is large.',
  },
  {
    names: ['cumsum', 'layerNorm'],
    at: bothZero,
    reason: 'A sum begins with 0, and 0 + -0 is 0.',
  },
  {
    names: ['sigmoidCrossEntropy'],
    at: (_, target) => target > 1,
    reason: 'Beyond targets of 1 the two terms have different signs and cancel.',
  },
];
