import type { Attributes } from '../../graph/graph.ts';
import { anyOf } from '../layout/recipes.ts';
import type { Sample } from '../sample.ts';
import { uniform, values } from '../sample-operands.ts';
import { graphOf, recurrentCell, typed } from './bodies.ts';

function recurrent(name: string, length: number, reverse: boolean): Sample<'scan'> {
  return {
    name,
    operands: [
      uniform('float32', [2, 3], -1, 1),
      uniform('float32', [length, 2, 3], -1, 1),
      uniform('float32', [3, 3], -1, 1),
    ],
    attributes: { body: recurrentCell, carries: 1, xs: 1, length, reverse },
  };
}

/**
 * Body of a recurrent network with gates: (h, c, x, w, u, b) → (next h, next c, y). States are h and c, x is the input,
 * w and u are weights, b is the bias, and the output y equals next h.
 */
const gatedCell = graphOf(
  [typed([2, 3]), typed([2, 3]), typed([2, 4]), typed([4, 9]), typed([3, 9]), typed([9])],
  (b, [h, c, x, w, u, bias]) => {
    const sum = b.add(b.dot(x, w, [], [[1, 0]]), b.dot(h, u, [], [[1, 0]]));
    const before = b.add(sum, b.expand(bias, [2, 9], [1]));
    const part = (at: number) => b.slice(before, [0, 3 * at], [2, 3 * at + 3], [1, 1]);
    const gate = b.sigmoid(part(0));
    const kept = b.mul(b.sub(b.full(gate, 1), gate), c);
    const nextC = b.add(kept, b.mul(gate, b.tanh(part(1))));
    const nextH = b.mul(b.sigmoid(part(2)), b.tanh(nextC));
    return [nextH, nextC, nextH];
  },
);

const halfTypes = [typed([3], 'float16'), typed([3], 'float16'), typed([], 'float16')];
/** (carry, x, k) → (sin(carry) · k + x, next carry), on float16 slices that do not fill whole words. */
const halfCell = graphOf(halfTypes, (b, [carry, x, k]) => {
  const next = b.add(b.mul(b.sin(carry), b.expand(k, [3], [])), x);
  return [next, next];
});

function halves(name: string, length: number, reverse: boolean): Sample<'scan'> {
  return {
    name,
    operands: [uniform('float16', [3], -1, 1), uniform('float16', [length, 3], -1, 1), uniform('float16', [], -1, 1)],
    attributes: { body: halfCell, carries: 1, xs: 1, length, reverse },
  };
}

const once: Attributes['scan'] = { body: recurrentCell, carries: 1, xs: 1, length: 3, reverse: false };

/** Test samples of `scan`. */
export const scanSamples: readonly Sample<'scan'>[] = [
  recurrent('recurrent cell', 4, false),
  recurrent('reverse', 4, true),
  recurrent('one iteration', 1, false),
  recurrent('no iterations', 0, false),
  halves('float16', 5, false),
  halves('float16, reverse', 4, true),
  halves('float16, no iterations', 0, false),
  {
    name: 'gates, projection and bias',
    operands: [
      uniform('float32', [2, 3], -1, 1),
      uniform('float32', [2, 3], -1, 1),
      uniform('float32', [3, 2, 4], -1, 1),
      uniform('float32', [4, 9], -1, 1),
      uniform('float32', [3, 9], -1, 1),
      uniform('float32', [9], -1, 1),
    ],
    attributes: { body: gatedCell, carries: 2, xs: 1, length: 3, reverse: false },
  },
  {
    name: 'no xs and no ys',
    operands: [uniform('float32', [3], -1, 1), uniform('float32', [3], -1, 1)],
    attributes: {
      body: graphOf([typed([3]), typed([3])], (b, [x, k]) => [b.add(b.sin(x), k)]),
      carries: 1,
      xs: 0,
      length: 3,
      reverse: false,
    },
  },
  {
    name: 'no carries',
    operands: [uniform('float32', [3, 2], -1, 1), uniform('float32', [2], -1, 1)],
    attributes: {
      body: graphOf([typed([2]), typed([2])], (b, [x, k]) => [b.mul(b.exp(x), b.exp(k)), k]),
      carries: 0,
      xs: 1,
      length: 3,
      reverse: true,
    },
  },
  {
    name: 'integer and float carries',
    operands: [anyOf('int32', []), uniform('float32', [2], 1, 2), anyOf('int32', [3, 2])],
    attributes: {
      body: graphOf([typed([], 'int32'), typed([2]), typed([2], 'int32')], (b, [n, x, i]) => [
        b.add(n, b.constant(1, 'int32')),
        b.mul(x, b.sin(b.cast(i, 'float32'))),
        b.mul(i, b.expand(n, [2], [])),
        x,
      ]),
      carries: 2,
      xs: 1,
      length: 3,
      reverse: false,
    },
  },
  {
    name: 'swapped carries',
    operands: [uniform('float32', [2]), uniform('float32', [2]), uniform('float32', [2])],
    attributes: {
      body: graphOf([typed([2]), typed([2]), typed([2])], (b, [x, y, z]) => [y, b.mul(x, y), z, x]),
      carries: 3,
      xs: 0,
      length: 3,
      reverse: false,
    },
  },
  {
    name: 'nested scan',
    operands: [
      uniform('float32', [2, 3], -1, 1),
      uniform('float32', [2, 3, 2, 3], -1, 1),
      uniform('float32', [3, 3], -1, 1),
    ],
    attributes: {
      body: graphOf([typed([2, 3]), typed([3, 2, 3]), typed([3, 3])], (b, operands) => b.scan(operands, once)),
      carries: 1,
      xs: 1,
      length: 2,
      reverse: true,
    },
  },
  {
    name: 'cond inside scan',
    operands: [uniform('float32', [2], 1, 2), values('bool', [1, 0, 1], [3]), uniform('float32', [2], 1, 2)],
    attributes: {
      body: graphOf([typed([2]), typed([], 'bool'), typed([2])], (b, [x, choice, k]) => {
        const pair = [typed([2]), typed([2])];
        const thenBranch = graphOf(pair, (inner, [y, z]) => [inner.mul(inner.sin(y), z)]);
        const elseBranch = graphOf(pair, (inner, [y, z]) => [inner.add(y, inner.exp(z))]);
        const [next] = b.cond(choice, [x, k], thenBranch, elseBranch);
        return [next, next];
      }),
      carries: 1,
      xs: 1,
      length: 3,
      reverse: false,
    },
  },
];
