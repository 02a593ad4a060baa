import { describe, expect, test } from '@jest/globals';
import { SharingTrial } from './sharing-trial.ts';

/** Runs a plan with given times in milliseconds, and returns which runs were shared. */
function runs(trial: SharingTrial, count: number, shared: number, alone: number, couldShare = true): boolean[] {
  return Array.from({ length: count }, () => {
    const isShared = trial.isShared();
    trial.add(isShared ? shared : alone, couldShare);
    return isShared;
  });
}

const all = (count: number, isShared: boolean): boolean[] => Array.from({ length: count }, () => isShared);

describe('a short plan', () => {
  test('is shared if shared runs are faster', () => {
    const trial = new SharingTrial();
    expect(runs(trial, 16, 0.3, 0.5)).toEqual([...all(8, true), ...all(8, false)]);
    expect(runs(trial, 512, 0.3, 0.5)).toEqual(all(512, true));
  });

  test('runs alone if shared runs are slower, or not much faster', () => {
    for (const shared of [0.49, 0.37]) {
      const trial = new SharingTrial();
      runs(trial, 16, shared, 0.38);
      expect(runs(trial, 512, shared, 0.38)).toEqual(all(512, false));
    }
  });

  test('is tried again later', () => {
    const trial = new SharingTrial();
    runs(trial, 16 + 512, 0.5, 0.4);
    runs(trial, 16, 0.2, 0.4);
    expect(runs(trial, 100, 0.2, 0.4)).toEqual(all(100, true));
  });

  test('is tried once helpers know it', () => {
    const trial = new SharingTrial();
    expect(runs(trial, 50, 0.5, 0.4, false)).toEqual(all(50, true));
    runs(trial, 16, 0.5, 0.4);
    expect(trial.isShared()).toBe(false);
  });

  test('is judged by most runs: some may be interrupted', () => {
    const trial = new SharingTrial();
    for (const shared of [0.3, 9, 0.3, 0.3, 4, 0.3, 5, 0.3]) runs(trial, 1, shared, 0.5);
    for (const alone of [0.5, 0.5, 9, 0.5, 0.5, 8, 0.5, 7]) runs(trial, 1, 0.3, alone);
    expect(runs(trial, 512, 9, 0.5)).toEqual(all(512, true));
  });
});

test('a long plan is always shared', () => {
  const trial = new SharingTrial();
  expect(runs(trial, 1000, 3, 2.5)).toEqual(all(1000, true));
});
