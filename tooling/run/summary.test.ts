import { describe, expect, test } from '@jest/globals';
import { summaryLine, tallyJest, total } from './summary.mjs';

const report = {
  numPassedTests: 7,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  numRuntimeErrorTestSuites: 0,
};

describe('tallyJest', () => {
  test('counts passed, failed and skipped tests', () => {
    const counted = tallyJest({ ...report, numFailedTests: 2, numPendingTests: 3, numTodoTests: 1 }, 1);
    expect(counted).toEqual({ passed: 7, failed: 2, skipped: 4 });
  });

  test('counts a test file that could not run as one failure', () => {
    expect(tallyJest({ ...report, numRuntimeErrorTestSuites: 1 }, 1).failed).toBe(1);
  });

  test('counts a nonzero exit code as one failure if no test failed', () => {
    expect(tallyJest(report, 1).failed).toBe(1);
  });

  test('counts a run that wrote no report as one failure', () => {
    expect(tallyJest(undefined, 0)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });
});

describe('summaryLine', () => {
  test('contains the number of skipped tests only if it is positive', () => {
    expect(summaryLine({ passed: 12, failed: 0, skipped: 0 })).toBe('12 passed, 0 failed');
    expect(summaryLine({ passed: 12, failed: 1, skipped: 3 })).toBe('12 passed, 1 failed, 3 skipped');
  });
});

test('total adds the counts of several runs', () => {
  expect(
    total([
      { passed: 1, failed: 0, skipped: 2 },
      { passed: 3, failed: 1, skipped: 0 },
    ]),
  ).toEqual({ passed: 4, failed: 1, skipped: 2 });
});
