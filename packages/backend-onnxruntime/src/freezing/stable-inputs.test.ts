import { describe, expect, test } from '@jest/globals';
import { StableInputs } from './stable-inputs.ts';

/** Counts runs with these serials of three inputs, of which the first two are weights, and returns what was stable after each. */
function stableAfter(stable: StableInputs, runs: readonly (readonly number[])[]): readonly (readonly number[])[] {
  return runs.map((serials) => stable.afterRun(serials));
}

const create = () => new StableInputs([0, 1], new Set([0]), 3);

describe('StableInputs', () => {
  test('returns weights once they have stayed the same for the required number of runs', () => {
    const runs = [10, 11, 12].map((data) => [1, 2, data]);
    expect(stableAfter(create(), runs)).toEqual([[], [], [0, 1]]);
  });

  test('omits a weight that changes in each run', () => {
    const runs = [10, 11, 12].map((changing) => [1, changing, 0]);
    expect(stableAfter(create(), runs)).toEqual([[], [], [0]]);
  });

  test('waits for a weight that changed a short time ago', () => {
    const runs = [2, 3, 3, 3].map((second) => [1, second, 0]);
    expect(stableAfter(create(), runs)).toEqual([[], [], [], [0, 1]]);
  });

  test('returns nothing without a factor of a product among the stable weights', () => {
    const runs = [1, 2, 3, 4].map((first) => [first, 7, 0]);
    expect(stableAfter(create(), runs).flat()).toEqual([]);
  });

  test('requires four times as many runs after stable weights have changed', () => {
    const stable = create();
    stableAfter(stable, new Array(3).fill([1, 2, 0]));
    stable.changed();
    const lengths = stableAfter(stable, new Array(12).fill([3, 2, 0])).map(({ length }) => length);
    expect(lengths.indexOf(2)).toBe(11);
  });
});
