import type { Tensor } from '@manabi/core';
import * as core from '@manabi/core';
import type { Choice, Draw } from './choice.ts';
import { isFloat } from './elementwise.ts';

/** Returns a random float value for which `fits` returns true, and a second value of the same dtype. */
function two(choice: Choice, fits: (x: Tensor) => boolean) {
  const x = choice.value((tensor) => isFloat(tensor) && fits(tensor));
  const y = x === null ? null : choice.value(({ dtype }) => dtype === x.tensor.dtype);
  return x === null || y === null ? null : { x, y };
}

/** Returns the elements of a tensor in another shape, repeated if there are too few. */
function shaped(y: Tensor, shape: readonly number[]): Tensor {
  const size = shape.reduce((product, length) => product * length, 1);
  const row = core.ravel(y);
  const times = y.size === 0 ? 0 : Math.ceil(size / y.size);
  const filled = y.size === 0 ? core.zeros([size], { dtype: y.dtype }) : core.slice(core.tile(row, times), [0], [size]);
  return core.reshape(filled, [...shape]);
}

/**
 * Functions that return random calls of matrix products, convolutions, pooling, losses and loops, by name of the call.
 */
export const networks: Readonly<Record<string, Draw>> = {
  matmul: (choice) => {
    const found = two(choice, ({ rank }) => rank > 0);
    if (found === null) return null;
    const { x, y } = found;
    const inner = x.tensor.shape.at(-1) ?? 0;
    const columns = choice.integer(0, 6);
    const right = choice.pick([[inner], [inner, columns], [...x.tensor.shape.slice(0, -2), inner, columns]]);
    return { of: [x.at, y.at], with: { right }, apply: ([a, b]) => core.matmul(a, shaped(b, right)) };
  },

  dot: (choice) => {
    const found = two(choice, ({ rank }) => rank > 0);
    if (found === null) return null;
    const { x, y } = found;
    const inner = x.tensor.shape.at(-1) ?? 0;
    const right = choice.pick([[inner], [inner, choice.integer(0, 4)], [2, inner, 3]]);
    return { of: [x.at, y.at], with: { right }, apply: ([a, b]) => core.dot(a, shaped(b, right)) };
  },

  outer: (choice) => {
    const found = two(choice, ({ size }) => size <= 24);
    if (found === null || found.y.tensor.size > 24) return null;
    return { of: [found.x.at, found.y.at], with: null, apply: ([a, b]) => core.outer(a, b) };
  },

  tensordot: (choice) => {
    const found = two(choice, ({ rank }) => rank > 0);
    if (found === null) return null;
    const { x, y } = found;
    const axes = choice.integer(1, x.tensor.rank);
    const right = [...x.tensor.shape.slice(x.tensor.rank - axes), choice.integer(1, 3)];
    return { of: [x.at, y.at], with: { right, axes }, apply: ([a, b]) => core.tensordot(a, shaped(b, right), axes) };
  },

  einsum: (choice) => {
    const found = two(choice, ({ rank }) => rank > 0 && rank < 4);
    if (found === null) return null;
    const { x, y } = found;
    const left = 'ijk'.slice(0, x.tensor.rank);
    const lengths = new Map([...left].map((letter, axis) => [letter, x.tensor.shape[axis]]));
    lengths.set('l', choice.integer(1, 3));
    const letters = [...left, 'l'];
    const second = choice.random
      .permutation(letters.length)
      .map((i) => letters[i])
      .slice(0, choice.integer(1, letters.length));
    const there = [...new Set([...left, ...second])];
    const out = choice.random
      .permutation(there.length)
      .map((i) => there[i])
      .slice(0, choice.integer(0, there.length));
    const formula = `${left},${second.join('')}->${out.join('')}`;
    const right = second.map((letter) => lengths.get(letter) ?? 1);
    return { of: [x.at, y.at], with: { formula, right }, apply: ([a, b]) => core.einsum(formula, a, shaped(b, right)) };
  },

  conv: (choice) => {
    const found = two(choice, ({ size }) => size > 0 && size <= 200);
    if (found === null) return null;
    const { x, y } = found;
    const channels = x.tensor.rank > 1 && x.tensor.shape[0] <= 6 ? x.tensor.shape[0] : 1;
    const image = [1, channels, x.tensor.size / channels];
    const filters = [choice.integer(1, 4), channels, choice.integer(1, Math.min(3, image[2]))];
    const [strides, dilation] = [choice.integer(1, 2), choice.integer(1, 2)];
    const padding = choice.pick([0, 1, 2]);
    return {
      of: [x.at, y.at],
      with: { image, filters, strides, dilation, padding },
      apply: ([a, b]) =>
        core.conv(core.reshape(a, image), shaped(b, filters), { strides, dilation, padding: [[padding, padding]] }),
    };
  },

  maxPool: (choice) => pool(choice, (x, window, strides) => core.maxPool(x, window, { strides })),
  avgPool: (choice) => pool(choice, (x, window, strides) => core.avgPool(x, window, { strides })),

  sigmoidCrossEntropy: (choice) => {
    const found = two(choice, () => true);
    if (found === null) return null;
    const { x, y } = found;
    const { shape } = x.tensor;
    return { of: [x.at, y.at], with: null, apply: ([a, b]) => core.sigmoidCrossEntropy(a, shaped(b, shape)) };
  },

  softmaxCrossEntropy: (choice) => {
    const x = choice.value((tensor) => isFloat(tensor) && tensor.rank > 0 && tensor.size > 0);
    if (x === null) return null;
    const axis = choice.axis(x.tensor);
    return {
      of: [x.at],
      with: { axis },
      apply: ([value]) => core.softmaxCrossEntropy(value, core.argmin(value, axis), { axis }),
    };
  },

  // carry = tanh(carry + 0.5 x); y = carry * x
  scan: (choice) => {
    const x = choice.value((tensor) => isFloat(tensor) && tensor.rank > 0);
    if (x === null) return null;
    const reverse = choice.chance(0.3);
    return {
      of: [x.at],
      with: { reverse },
      apply: ([value]) => {
        const first = core.zeros(value.shape.slice(1), { dtype: value.dtype });
        const body = (carry: Tensor, row: Tensor): [Tensor, Tensor] => {
          const next = core.tanh(core.add(carry, core.mul(row, 0.5)));
          return [next, core.mul(next, row)];
        };
        return core.scan(body, first, value, { reverse })[1];
      },
    };
  },

  // The number of times x is halved until no element exceeds 1 (at most 8).
  whileLoop: (choice) => {
    const x = choice.value(isFloat);
    if (x === null) return null;
    return {
      of: [x.at],
      with: null,
      apply: ([value]) =>
        core.whileLoop(
          ({ y, i }: { y: Tensor; i: Tensor }) => core.logicalAnd(core.any(core.greater(y, 1)), core.less(i, 8)),
          ({ y, i }) => ({ y: core.mul(y, 0.5), i: core.add(i, 1) }),
          { y: value, i: core.scalar(0, { dtype: 'int32' }) },
        ).y,
    };
  },

  // x + 1 if any element is true, else 2 x
  cond: (choice) => {
    const x = choice.value((tensor) => tensor.dtype !== 'bool');
    if (x === null) return null;
    const test = choice.value();
    if (test === null) return null;
    return {
      of: [x.at, test.at],
      with: null,
      apply: ([value, condition]) =>
        core.cond(
          core.any(condition),
          (y: Tensor) => core.add(y, 1),
          (y: Tensor) => core.mul(y, 2),
          value,
        ),
    };
  },
};

/** Returns a random call that pools the flattened elements of a tensor. */
function pool(choice: Choice, f: (x: Tensor, window: number, strides: number) => Tensor): ReturnType<Draw> {
  const x = choice.value((tensor) => isFloat(tensor) && tensor.size > 0);
  if (x === null) return null;
  const window = choice.integer(1, Math.min(3, x.tensor.size));
  const strides = choice.integer(1, 3);
  return {
    of: [x.at],
    with: { window, strides },
    apply: ([value]) => f(core.reshape(value, [1, 1, value.size]), window, strides),
  };
}
