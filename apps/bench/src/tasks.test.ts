import { describe, expect, test } from '@jest/globals';
import { casesOf, groupNames, networkWorks, workNames } from './tasks.ts';

const worksOf = (names: readonly string[] | null) => new Set<string>(casesOf(names).map(({ work }) => work));

describe('casesOf', () => {
  test('selects all benchmarks but networks without names', () => {
    const rest = workNames.filter((name) => !networkWorks.some((each) => each === name));
    expect(worksOf(null)).toEqual(new Set(rest));
  });

  test('selects the benchmarks of a group', () => {
    expect(worksOf(['networks'])).toEqual(new Set(networkWorks));
    expect(worksOf(['all'])).toEqual(new Set(workNames));
    expect(casesOf(['all', 'matmul'])).toEqual(casesOf(['all']));
  });

  test('selects a benchmark or a single size of it', () => {
    expect(casesOf(['predict']).length).toBeGreaterThan(1);
    expect(casesOf(['predict:VGG16-224x224x3-batch-1']).map(({ task }) => task)).toEqual([
      { kind: 'predict', network: 'VGG16', image: [224, 224, 3], batch: 1 },
    ]);
  });

  test('has no benchmark with the name of a group', () => {
    expect(groupNames.filter((name) => workNames.includes(name))).toEqual([]);
  });

  test('names each size of a benchmark once', () => {
    const names = casesOf(['all']).map(({ work, size }) => `${work}:${size}`);
    expect(new Set(names).size).toBe(names.length);
  });
});
