import { describe, expect, test } from '@jest/globals';
import { batchesOf, denseStarts, rotation, uniform } from './inputs.ts';

describe('uniform', () => {
  test('gives the numbers that the Python runner gives', () => {
    expect([...uniform(3, 2, -1, 1)]).toEqual([0.46224018931388855, -0.89188551902771, -0.4539420008659363]);
  });

  test('fills its range evenly', () => {
    const values = uniform(10_000, 5, 0, 4);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values)).toBeLessThanOrEqual(4);
    expect(mean).toBeCloseTo(2, 1);
  });
});

describe('the classifier', () => {
  const task = { kind: 'mlp-step', batch: 2, units: [4, 3, 2], batches: 3 } as const;

  test('has a layer between each two widths', () => {
    expect(denseStarts(task).map(({ inputs, outputs }) => [inputs, outputs])).toEqual([
      [4, 3],
      [3, 2],
    ]);
  });

  test('has batches that differ, with labels that are classes', () => {
    const batches = batchesOf(task);
    expect(batches).toHaveLength(3);
    expect(batches[0].images).not.toEqual(batches[1].images);
    for (const { labels } of batches) expect([...labels].every((label) => label === 0 || label === 1)).toBe(true);
  });
});

test('a rotation keeps lengths', () => {
  const values = rotation(4);
  for (let row = 0; row < 4; row++) {
    const squares = values.slice(4 * row, 4 * row + 4).map((value) => value * value);
    expect(squares.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 6);
  }
});
