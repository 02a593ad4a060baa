import { describe, expect, test } from '@jest/globals';
import { ManabiError } from '@manabi/errors';
import type { OpName } from '../graph/graph.ts';
import { dtypeNames } from '../types/dtype.ts';
import type { TensorType } from '../types/shape.ts';
import { elementwise } from './elementwise/elementwise.ts';
import { operators, opNames } from './index.ts';
import type { Operator } from './operator.ts';
import { reduce } from './reduce/reduce.ts';
import type { Sample } from './sample.ts';
import { materialize } from './sample-data.ts';
import { distinct, integers, uniform, values } from './sample-operands.ts';
import { samples } from './samples-table.ts';

describe('materialize', () => {
  test('is deterministic per seed', () => {
    const operand = uniform('float64', [50]);
    expect(materialize(operand, 1)).toEqual(materialize(operand, 1));
    expect(materialize(operand, 1)).not.toEqual(materialize(operand, 2));
  });

  test('uniform and integers stay within their ranges', () => {
    const reals = materialize(uniform('float64', [1000], -1, 3), 5).data;
    expect(Math.min(...reals)).toBeGreaterThanOrEqual(-1);
    expect(Math.max(...reals)).toBeLessThan(3);
    const drawn = materialize(integers('int32', [1000], -2, 2), 5).data;
    expect([...new Set(drawn)].sort((a, b) => a - b)).toEqual([-2, -1, 0, 1, 2]);
  });

  test('distinct values are 0.25 apart and never near a multiple of 0.25', () => {
    const { data } = materialize(distinct('float64', [105]), 3);
    const sorted = [...data].sort((a, b) => a - b);
    for (let i = 1; i < sorted.length; i++) expect(sorted[i] - sorted[i - 1]).toBeCloseTo(0.25);
    for (const value of data) expect(Math.abs(value * 4 - Math.round(value * 4))).toBeGreaterThan(0.2);
    expect(new Set(materialize(distinct('uint8', [200]), 3).data).size).toBe(200);
  });

  test('values are repeated to fill the shape', () => {
    expect([...materialize(values('uint8', [1, 2, 3], [5]), 1).data]).toEqual([1, 2, 3, 1, 2]);
  });
});

describe('samples', () => {
  test.each(opNames)('of %s have unique names', (op) => {
    const names = samples[op].map(({ name }) => name);
    expect(names).toEqual([...new Set(names)]);
  });

  // Only operators whose operands have equal shapes: for them, calling `infer` shows which dtypes are supported.
  const checked = opNames.filter((op) => op in elementwise || op in reduce);
  test.each(checked)('of %s cover every supported dtype, and empty and one-element tensors', (op) => {
    const covered = new Set(samples[op].map(({ operands }) => operands.map(({ dtype }) => dtype).join()));
    for (const dtypes of acceptedDTypes(op)) expect(covered).toContain(dtypes);
    const sizes = samples[op].map(({ operands: [{ shape }] }) => shape.reduce((size, length) => size * length, 1));
    expect(sizes).toEqual(expect.arrayContaining([0, 1]));
    expect(Math.max(...sizes)).toBeGreaterThan(100);
  });
});

/**
 * Returns the combinations of operand dtypes that an operator accepts. All operands except the first have the same
 * dtype.
 */
function acceptedDTypes<K extends OpName>(op: K): readonly string[] {
  const { infer }: Operator<K> = operators[op];
  const [sample]: readonly Sample<K>[] = samples[op];
  const { operands, attributes } = sample;
  return dtypeNames.flatMap((dtype) =>
    dtypeNames.flatMap((first) => {
      const types = operands.map((operand, i): TensorType => ({ ...operand, dtype: i === 0 ? first : dtype }));
      return (operands.length > 1 || first === dtype) && accepts(() => infer(types, attributes))
        ? [types.map((type) => type.dtype).join()]
        : [];
    }),
  );
}

function accepts(infer: () => unknown): boolean {
  try {
    infer();
    return true;
  } catch (error) {
    if (error instanceof ManabiError && error.code === 'dtype') return false;
    throw error;
  }
}
