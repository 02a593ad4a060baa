import { expect, test } from '@jest/globals';
import { StepClocks } from './step-clocks.ts';

test('StepClocks sums the times of a step in each run and returns the smallest sum', () => {
  const clocks = new StepClocks();
  const [first, second] = [clocks.add(), clocks.add()];
  expect(clocks.shortest()).toEqual([null, null]);
  clocks.record(first, 3);
  clocks.record(first, 4);
  clocks.record(second, 1);
  clocks.endRun();
  clocks.record(first, 5);
  clocks.record(second, 2);
  clocks.endRun();
  expect(clocks.shortest()).toEqual([5, 1]);
});

test('StepClocks.timed returns a function that calls the given function and records its time', () => {
  const clocks = new StepClocks();
  let runs = 0;
  const run = clocks.timed(clocks.add(), () => {
    runs++;
  });
  run();
  clocks.endRun();
  expect(runs).toBe(1);
  expect(clocks.shortest()[0]).toBeGreaterThanOrEqual(0);
});
