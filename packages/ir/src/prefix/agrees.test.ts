import { describe, expect, test } from '@jest/globals';
import { randomSource } from '@manabi/testing';
import { applyComposite } from '../composites/index.ts';
import type { Graph, Value } from '../graph/graph.ts';
import { interpret } from '../interpret.ts';
import { graphBuilder } from '../operators/graph-builder.ts';
import { type HostArray, hostArray } from '../types/host-array.ts';
import type { Agreement } from './agreement.ts';
import { agreesOnPrefix } from './agrees.ts';
import { dependent, independent, type RowFunction } from './row-functions.fixture.ts';

/** Builds the graph of a `RowFunction` for a batch of `n` rows. */
function graphOf(n: number, f: RowFunction): Graph {
  const b = graphBuilder();
  const x = b.input({ dtype: 'float32', shape: [n, 4] });
  const y = b.input({ dtype: 'float32', shape: [n, 4] });
  const ids = b.input({ dtype: 'int32', shape: [n, 4] });
  const weights = b.input({ dtype: 'float32', shape: [4, 4] });
  const bias = b.input({ dtype: 'float32', shape: [4] });
  return b.finish([f({ b, n, x, y, ids, weights, bias })]);
}

const ALL: readonly Agreement[] = ['begins', 'begins', 'begins', 'begins', 'begins'];

const agrees = (f: RowFunction, short: number, long: number): boolean =>
  agreesOnPrefix(graphOf(short, f), graphOf(long, f), ALL)[0] !== 'none';

/** Returns random inputs for a batch of `n` rows. The first rows are the same for all `n`. */
function inputsOf(n: number): HostArray[] {
  const [first, second, third, shared] = [1, 2, 3, 4].map(randomSource);
  return [
    hostArray('float32', [n, 4], first.float32Array(4 * n)),
    hostArray('float32', [n, 4], second.float32Array(4 * n)),
    hostArray('int32', [n, 4], third.int32Array(4 * n, 0, 4)),
    hostArray('float32', [4, 4], shared.float32Array(16)),
    hostArray('float32', [4], shared.float32Array(4)),
  ];
}

/** Runs a function on a smaller and a larger batch, and checks whether the first rows of both results are equal. */
function isPrefix(f: RowFunction, short: number, long: number): boolean {
  const [small] = interpret(graphOf(short, f), inputsOf(short));
  const [large] = interpret(graphOf(long, f), inputsOf(long));
  return small.data.every((value, i) => Object.is(value, large.data[i]));
}

const sizes: readonly (readonly [number, number])[] = [
  [3, 4],
  [2, 7],
  [1, 4],
  [5, 6],
];

describe('agreesOnPrefix', () => {
  test.each(Object.entries(independent))(
    'accepts a function whose first rows do not depend on further rows: %s',
    (_name, f) => {
      for (const [short, long] of sizes) {
        expect(isPrefix(f, short, long)).toBe(true);
        expect(agrees(f, short, long)).toBe(true);
      }
    },
  );

  test.each(Object.entries(dependent))('rejects a function whose first rows depend on further rows: %s', (_name, f) => {
    expect(isPrefix(f, 3, 7)).toBe(false);
    for (const [short, long] of sizes) expect(agrees(f, short, long)).toBe(false);
  });

  test('accepts a random combination of functions only if its first rows do not depend on further rows', () => {
    const names = Object.keys({ ...independent, ...dependent });
    let agreed = 0;
    for (let seed = 0; seed < 300; seed++) {
      const program: RowFunction = (parts) => {
        const random = randomSource(seed);
        const values = [parts.x, parts.y];
        const any = (): Value => values[random.integer(0, values.length)];
        for (let i = 0; i < 5; i++) {
          // 85 % of the functions are independent, because a combination with a dependent function is usually rejected.
          const name =
            random.next() < 0.85
              ? Object.keys(independent)[random.integer(0, Object.keys(independent).length)]
              : names[random.integer(0, names.length)];
          values.push({ ...independent, ...dependent }[name]({ ...parts, x: any(), y: any() }));
        }
        return values[values.length - 1];
      };
      if (!agrees(program, 3, 5)) continue;
      agreed++;
      expect(isPrefix(program, 3, 5)).toBe(true);
    }
    expect(agreed).toBeGreaterThan(100);
  });

  test('accepts a softmax along each row, and rejects a softmax along the batch', () => {
    const rows: RowFunction = ({ b, x }) => {
      const [soft] = applyComposite(b, 'softmax', [x], { axis: 1 });
      return soft;
    };
    const batch: RowFunction = ({ b, x }) => {
      const [soft] = applyComposite(b, 'softmax', [x], { axis: 0 });
      return soft;
    };
    expect([agrees(rows, 3, 8), agrees(batch, 3, 8)]).toEqual([true, false]);
  });

  test('rejects two graphs that are different functions or contain different constants', () => {
    const short = graphOf(3, independent['elementwise functions']);
    expect(agreesOnPrefix(short, graphOf(5, independent['products with weights']), ALL)).toEqual(['none']);
    expect(agreesOnPrefix(short, graphOf(5, independent['elementwise functions']), ALL)).toEqual(['begins']);
    expect(agreesOnPrefix(short, graphOf(5, independent['elementwise functions']), ['none', ...ALL.slice(1)])).toEqual([
      'none',
    ]);
    // Functions with different constants are different.
    const times =
      (k: number): RowFunction =>
      ({ b, x }) =>
        b.mul(x, b.full(x, k));
    expect(agreesOnPrefix(graphOf(3, times(2)), graphOf(5, times(2)), ALL)).toEqual(['begins']);
    expect(agreesOnPrefix(graphOf(3, times(2)), graphOf(5, times(3)), ALL)).toEqual(['none']);
    const byTable =
      (table: readonly number[]): RowFunction =>
      ({ b, n, x }) =>
        b.mul(x, b.expand(b.constant(table, 'float32', [4]), [n, 4], [1]));
    expect(agreesOnPrefix(graphOf(3, byTable([0, 1, 2, 3])), graphOf(5, byTable([0, 1, 2, 3])), ALL)).toEqual([
      'begins',
    ]);
    expect(agreesOnPrefix(graphOf(3, byTable([0, 1, 2, 3])), graphOf(5, byTable([-0, 1, 2, 3])), ALL)).toEqual([
      'none',
    ]);
  });
});
