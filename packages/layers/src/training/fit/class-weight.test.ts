import { describe, expect, test } from '@jest/globals';
import { hostArray } from '@manabi/core';
import { fails } from '../line.fixture.ts';
import { weightsByClass } from './class-weight.ts';

const labels = (shape: readonly number[], data: readonly number[]) =>
  hostArray('float32', shape, Float32Array.from(data));
const thrown = (run: () => unknown) => fails(new Promise((resolve) => resolve(run())));

describe('weightsByClass', () => {
  test.each([
    ['integers', labels([4], [0, 1, 2, 1])],
    ['a column', labels([4, 1], [0, 1, 2, 1])],
    [
      'one-hot rows, whose class is the index of the maximum',
      labels([4, 3], [1, 0, 0, 0.1, 0.7, 0.2, 0, 0, 1, 0, 1, 0]),
    ],
  ])('multiplies sample weights by class weights, 1 for unlisted classes, for labels as %s', (_, y) => {
    expect([...weightsByClass({ 1: 5, 2: 0.5 }, y, null).data]).toEqual([1, 5, 0.5, 5]);
    const weights = labels([4], [1, 2, 4, 0]);
    expect([...weightsByClass({ 1: 5, 2: 0.5 }, y, weights).data]).toEqual([1, 10, 2, 0]);
  });

  test('rejects labels or sample weights with one entry per timestep', async () => {
    const y = labels([2], [0, 1]);
    expect(await thrown(() => weightsByClass({}, labels([1, 2, 2], [0, 1, 0, 1]), null))).toMatchObject({
      code: 'shape',
    });
    expect(await thrown(() => weightsByClass({}, y, labels([2, 2], [1, 1, 1, 1])))).toMatchObject({ code: 'shape' });
  });
});
