import { anyOf } from '../layout/recipes.ts';
import type { Sample } from '../sample.ts';
import { uniform, values } from '../sample-operands.ts';
import { graphOf, recurrentCell, typed } from './bodies.ts';

const pair = [typed([4]), typed([4])];
const swapped = graphOf(pair, (_, [x, y]) => [y, x]);
const curved = graphOf(pair, (b, [x, y]) => [b.mul(b.sin(x), y), b.exp(x)]);

const halfPair = [typed([3], 'float16'), typed([3], 'float16')];

function choose(name: string, condition: 0 | 1): Sample<'cond'> {
  return {
    name,
    operands: [values('bool', [condition], []), uniform('float32', [4]), uniform('float32', [4])],
    attributes: { thenBranch: curved, elseBranch: swapped },
  };
}

const indexTypes = [typed([3], 'int32')];
const loopTypes = [typed([2, 3]), typed([4, 2, 3]), typed([3, 3])];

/** Test samples of `cond`. */
export const condSamples: readonly Sample<'cond'>[] = [
  choose('true', 1),
  choose('false', 0),
  {
    name: 'float16',
    operands: [values('bool', [1], []), uniform('float16', [3]), uniform('float16', [3])],
    attributes: {
      thenBranch: graphOf(halfPair, (b, [x, y]) => [b.mul(b.sin(x), y), b.exp(x)]),
      elseBranch: graphOf(halfPair, (_, [x, y]) => [y, x]),
    },
  },
  {
    name: 'integers',
    operands: [values('bool', [0], []), anyOf('int32', [3])],
    attributes: {
      thenBranch: graphOf(indexTypes, (_, [x]) => [x]),
      elseBranch: graphOf(indexTypes, (b, [x]) => [b.neg(x)]),
    },
  },
  {
    name: 'no arguments',
    operands: [values('bool', [1], [])],
    attributes: {
      thenBranch: graphOf([], (b) => [b.constant(1, 'float32', [2])]),
      elseBranch: graphOf([], (b) => [b.constant([2, 3], 'float32', [2])]),
    },
  },
  {
    name: 'no elements',
    operands: [values('bool', [1], []), uniform('float32', [0, 2])],
    attributes: {
      thenBranch: graphOf([typed([0, 2])], (b, [x]) => [b.exp(x)]),
      elseBranch: graphOf([typed([0, 2])], (_, [x]) => [x]),
    },
  },
  {
    name: 'a scan in one branch',
    operands: [
      values('bool', [1], []),
      uniform('float32', [2, 3], -1, 1),
      uniform('float32', [4, 2, 3], -1, 1),
      uniform('float32', [3, 3], -1, 1),
    ],
    attributes: {
      thenBranch: graphOf(loopTypes, (b, operands) =>
        b.scan(operands, { body: recurrentCell, carries: 1, xs: 1, length: 4, reverse: false }),
      ),
      elseBranch: graphOf(loopTypes, (b, [state, xs]) => [b.exp(state), b.mul(xs, xs)]),
    },
  },
];
