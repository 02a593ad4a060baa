import { describe, expect, test } from '@jest/globals';
import type { TaskOf } from '../task-table.ts';
import { batchesOf, cnnStarts, denseStarts, lstmStarts, textBatchesOf } from './training-inputs.ts';

describe('inputs of the dense classifier', () => {
  const task = { kind: 'mlp-step', batch: 2, units: [4, 3, 2], batches: 3 } as const;

  test('contain a weight matrix for each pair of successive widths', () => {
    expect(denseStarts(task).map(({ inputs, outputs }) => [inputs, outputs])).toEqual([
      [4, 3],
      [3, 2],
    ]);
  });

  test('contain different batches with class labels', () => {
    const batches = batchesOf(task);
    expect(batches).toHaveLength(3);
    expect(batches[0].images).not.toEqual(batches[1].images);
    for (const { labels } of batches) expect([...labels].every((label) => label === 0 || label === 1)).toBe(true);
  });
});

test('cnnStarts returns filters in the layout of Keras, and dense weights that match the pooled features', () => {
  const task: TaskOf<'cnn-step'> = {
    kind: 'cnn-step',
    batch: 2,
    image: [28, 28, 1],
    filters: [32, 64],
    kernel: 3,
    pool: 2,
    units: [128, 10],
    batches: 1,
  };
  const { filters, denses } = cnnStarts(task);
  expect(filters.map(({ shape }) => shape)).toEqual([
    [3, 3, 1, 32],
    [3, 3, 32, 64],
  ]);
  expect(denses.map(({ shape }) => shape)).toEqual([
    [1600, 128],
    [128, 10],
  ]);
});

test('lstmStarts returns a bias of one for the forget gate', () => {
  const task = { kind: 'lstm-step', batch: 1, batches: 1, steps: 2, inputs: 3, hidden: 2, classes: 2 } as const;
  expect([...lstmStarts(task).bias]).toEqual([0, 0, 1, 1, 0, 0, 0, 0]);
});

test('textBatchesOf returns tokens below the vocabulary size, with labels 0 and 1', () => {
  const task = {
    kind: 'embedding-step',
    batch: 50,
    batches: 2,
    vocabulary: 7,
    width: 2,
    tokens: 10,
    hidden: 2,
  } as const;
  for (const { tokens, labels } of textBatchesOf(task)) {
    expect(new Set(tokens)).toEqual(new Set([0, 1, 2, 3, 4, 5, 6]));
    expect(new Set(labels)).toEqual(new Set([0, 1]));
  }
});
