import { describe, expect, test } from '@jest/globals';
import { randomSource } from '@manabi/testing';
import type { Graph, OpName, Value } from '../graph/graph.ts';
import { inputTypes } from '../graph/parts.ts';
import { printGraph } from '../graph/print.ts';
import { interpret } from '../interpret.ts';
import { type DType, dtypeNames, dtypes, isFloat, isNumeric } from '../types/dtype.ts';
import { canonicalElements, type HostArray, hostArray } from '../types/host-array.ts';
import { sizeOf } from '../types/shape.ts';
import { allRules, applyPasses, passesOf } from './index.ts';
import type { Change } from './rewrite.ts';
import { arrangedGraph, constantPairs, elementwiseGraph, numbersOf } from './rule-graphs.fixture.ts';

/** Number of random graphs per test and dtype. The environment variable `MANABI_FUZZ` overrides it. */
const COUNT = Number(process.env.MANABI_FUZZ ?? 1200);

const { is } = Object;

/** Number of nodes that each simplification rule has replaced, by operator and name of the rule. */
const fired = new Map<string, number>();

function keyOf(op: OpName | null, name: string): string {
  return op === null ? name : `${op}: ${name}`;
}

const general = new Set(allRules().flatMap(({ op, name }) => (op === null ? [name] : [])));

/** Simplifies a graph. Returns the result, and how the applied rules may change the bits of results. */
function simplified(
  graph: Graph,
  isFinal: boolean,
): {
  readonly simple: Graph;
  readonly changes: ReadonlySet<Change>;
} {
  const changes = new Set<Change>();
  const passes = passesOf(isFinal, (op, rule) => {
    const key = keyOf(general.has(rule.name) ? null : op, rule.name);
    fired.set(key, (fired.get(key) ?? 0) + 1);
    if (rule.changes !== undefined) changes.add(rule.changes);
  });
  return { simple: applyPasses(graph, passes), changes };
}

/** Runs a graph in the reference interpreter, but rounds the result of every operator to its dtype, as backends do. */
function interpretRounded(graph: Graph, inputs: readonly HostArray[]): readonly HostArray[] {
  const values = new Map<Value, HostArray>(inputs.map((input, i) => [i, canonicalElements(input)]));
  for (const node of graph.nodes) {
    const operands = node.operands.map((operand) => values.get(operand) ?? inputs[0]);
    const types = [...node.operands, ...node.results].map((value) => graph.types[value]);
    const alone: Graph = {
      inputCount: operands.length,
      types,
      nodes: [
        {
          ...node,
          operands: operands.map((_, i) => i),
          results: node.results.map((_, i) => operands.length + i),
        },
      ],
      outputs: node.results.map((_, i) => operands.length + i),
    };
    interpret(alone, operands).forEach((array, i) => {
      values.set(node.results[i], array);
    });
  }
  return graph.outputs.map((output) => values.get(output) ?? inputs[0]);
}

/**
 * Runs a graph and its simplification on the same inputs. Returns a description of the first element that differs, or
 * null.
 */
function differenceOf(graph: Graph, simple: Graph, inputs: readonly HostArray[], isReordered: boolean): string | null {
  const [before, after] = [interpretRounded(graph, inputs), interpretRounded(simple, inputs)];
  for (const [output, { data, dtype }] of before.entries()) {
    for (let i = 0; i < data.length; i++) {
      const [a, b] = [data[i], after[output].data[i]];
      if (is(a, b) || (isReordered && isSame(a, b, dtype))) continue;
      const given = inputs.map((input) => (input.data.length === data.length ? input.data[i] : '…'));
      return `${a} changed to ${b} at element ${i} of output ${output}, for inputs ${given.join(
        ' and ',
      )}:\n${printGraph(graph)}\n${printGraph(simple)}`;
    }
  }
  return null;
}

/**
 * Returns true if two numbers are equal, ignoring the sign of zero, and ignoring rounding for numbers so large that
 * integers are inexact in the dtype.
 */
function isSame(a: number, b: number, dtype: DType): boolean {
  const exact = dtype === 'float32' ? 2 ** 24 : 2 ** 53;
  return a === b || (Math.abs(a) > exact && Math.abs(a - b) < (64 * Math.abs(a)) / exact);
}

/** Returns all pairs of the given numbers, as an array of first elements and an array of second elements. */
function pairsOf(dtype: DType, numbers: readonly number[]): readonly [HostArray, HostArray] {
  const size = numbers.length ** 2;
  const [x, y] = [dtypes[dtype].create(size), dtypes[dtype].create(size)];
  for (let i = 0; i < size; i++) {
    x[i] = numbers[Math.floor(i / numbers.length)];
    y[i] = numbers[i % numbers.length];
  }
  return [hostArray(dtype, [size], x), hostArray(dtype, [size], y)];
}

/** Returns all values of a dtype with few values, or special and random numbers of any other dtype. */
function sweepOf(dtype: DType): readonly number[] {
  if (dtype === 'bool') return [0, 1];
  if (dtype === 'uint8') return Array.from({ length: 256 }, (_, i) => i);
  const random = randomSource(7);
  const drawn = Array.from({ length: 12 }, () =>
    isFloat(dtype)
      ? random.normal() * 2 ** random.integer(-40, 40)
      : Math.floor(random.uniform(dtypes[dtype].min, dtypes[dtype].max)),
  );
  return [...numbersOf(dtype), ...drawn];
}

describe.each(dtypeNames)('simplify of %s graphs', (dtype) => {
  test('does not change a bit of the results of elementwise operators for any pair of special values', () => {
    const [x, y] = pairsOf(dtype, sweepOf(dtype));
    const few = pairsOf(dtype, numbersOf(dtype));
    for (let seed = 0; seed < COUNT; seed++) {
      const graph = elementwiseGraph(randomSource(seed), dtype, x.shape);
      const { simple, changes } = simplified(graph, seed % 2 === 0);
      if (simple === graph) continue;
      expect([...changes]).toEqual([]);
      // Testing all pairs of uint8 values takes long, so only every sixteenth graph is tested with them.
      const isWhole = dtype !== 'uint8' || seed % 16 === 0;
      const small = isWhole ? graph : elementwiseGraph(randomSource(seed), dtype, few[0].shape);
      const inputs = isWhole ? [x, y] : few;
      expect(differenceOf(small, isWhole ? simple : simplified(small, seed % 2 === 0).simple, inputs, false)).toBe(
        null,
      );
    }
  });

  test('changes results of layout operators, reductions and matrix products only as marked in the applied rules', () => {
    const special = numbersOf(dtype);
    for (let seed = 0; seed < 2 * COUNT; seed++) {
      const random = randomSource(seed);
      const graph = arrangedGraph(random, dtype, random.integer(2, 7));
      const { simple, changes } = simplified(graph, seed % 2 === 0);
      if (simple === graph) continue;
      // If a rule changes the order of a sum, inputs are small integers: their sums are exact in any order.
      const inputs = inputTypes(graph).map(({ shape }) => {
        const data = dtypes[dtype].create(sizeOf(shape));
        data.forEach((_, i) => {
          data[i] =
            changes.has('rounding') && isFloat(dtype)
              ? random.integer(-2, 3)
              : special[random.integer(0, special.length)];
        });
        return hostArray(dtype, shape, data);
      });
      expect(differenceOf(graph, simple, inputs, changes.size > 0)).toBe(null);
    }
  });
});

test.each(dtypeNames.filter(isNumeric))(
  'simplify does not change a bit of %s results if an operator is applied twice with any pair of constants',
  (dtype) => {
    const numbers = numbersOf(dtype);
    const shape = [numbers.length];
    const x = hostArray(dtype, shape, dtypes[dtype].create(numbers.length));
    x.data.set(numbers);
    for (const graph of constantPairs(dtype, shape)) {
      const { simple, changes } = simplified(graph, true);
      if (simple === graph) continue;
      expect([...changes]).toEqual([]);
      expect(differenceOf(graph, simple, [x], false)).toBe(null);
    }
  },
);

test('every simplification rule applies to some random graph in this file', () => {
  const missing = allRules().flatMap(({ op, name }) => (fired.has(keyOf(op, name)) ? [] : [keyOf(op, name)]));
  expect(missing).toEqual([]);
});

test('only the simplification rules in this list may change the bits of results', () => {
  const listed = allRules().flatMap(({ op, name, changes }) =>
    changes === undefined ? [] : [`${changes} ${keyOf(op, name)}`],
  );
  expect(listed.sort()).toMatchInlineSnapshot(`
    [
      "rounding dot: reads the axes of a transposed operand directly",
      "rounding reduceProd: merges two reductions",
      "rounding reduceProd: reduces a constant",
      "rounding reduceProd: reduces before transposing",
      "rounding reduceSum: merges two reductions",
      "rounding reduceSum: reduces a constant",
      "rounding reduceSum: reduces before broadcasting",
      "rounding reduceSum: reduces before transposing",
      "rounding transpose: swaps the operands of a transposed product",
      "zeroSign add: joins adjacent padded parts by concat",
      "zeroSign cumSum: removes a cumSum along one element",
      "zeroSign reduceSum: reshapes instead of reducing one element",
    ]
  `);
});
