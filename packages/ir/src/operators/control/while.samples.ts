import type { Sample } from '../sample.ts';
import { uniform, values } from '../sample-operands.ts';
import { graphOf, typed } from './bodies.ts';

const types = [typed([], 'int32'), typed([2]), typed([2])];
/** Test of the loop: (i, x, k) → i < 3. */
const test = graphOf(types, (b, [i]) => [b.less(i, b.constant(3, 'int32'))]);
/** Body of the loop: (i, x, k) → (i + 1, sin(x) · k). */
const body = graphOf(types, (b, [i, x, k]) => [b.add(i, b.constant(1, 'int32')), b.mul(b.sin(x), k)]);

function counted(name: string, start: number, maxTrips: number | null): Sample<'while'> {
  return {
    name,
    operands: [values('int32', [start], []), uniform('float32', [2], 1, 2), uniform('float32', [2], 1, 2)],
    attributes: { test, body, carries: 2, maxTrips },
    exempt: maxTrips === null ? 'none' : undefined,
  };
}

const halfTypes = [typed([], 'int32'), typed([3], 'float16'), typed([3], 'float16')];
const halfTest = graphOf(halfTypes, (b, [i]) => [b.less(i, b.constant(3, 'int32'))]);
const halfBody = graphOf(halfTypes, (b, [i, x, k]) => [b.add(i, b.constant(1, 'int32')), b.mul(b.sin(x), k)]);

/** Test samples of `while`. */
export const whileSamples: readonly Sample<'while'>[] = [
  counted('until the test fails', 0, null),
  counted('no iterations', 5, null),
  counted('fewer iterations than maxTrips', 1, 5),
  counted('stopped by maxTrips', 0, 2),
  {
    name: 'float16',
    operands: [values('int32', [0], []), uniform('float16', [3], 1, 2), uniform('float16', [3], 1, 2)],
    attributes: { test: halfTest, body: halfBody, carries: 2, maxTrips: 4 },
  },
  {
    name: 'float16, no iterations',
    operands: [values('int32', [3], []), uniform('float16', [3], 1, 2), uniform('float16', [3], 1, 2)],
    attributes: { test: halfTest, body: halfBody, carries: 2, maxTrips: 4 },
  },
  {
    name: 'halved until small',
    operands: [uniform('float32', [], 4, 8)],
    attributes: {
      test: graphOf([typed([])], (b, [x]) => [b.less(b.constant(1, 'float32'), x)]),
      body: graphOf([typed([])], (b, [x]) => [b.mul(x, b.constant(0.5, 'float32'))]),
      carries: 1,
      maxTrips: null,
    },
    exempt: 'none',
  },
];
