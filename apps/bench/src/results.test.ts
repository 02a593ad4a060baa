import { expect, test } from '@jest/globals';
import { resultsOf } from './results.ts';
import { rowsOf } from './rows.ts';
import { casesOf } from './tasks.ts';

test('states the machine, the date, the version and the load, with rows of few digits', () => {
  const [work] = casesOf(['matmul:256x256x256']);
  const outcome = { kind: 'measured', samplesMs: [1 / 3], check: 1, dispatches: null } as const;
  const entry = { who: 'manabi-cpu', version: 'source', threads: 1, adapter: null, note: null, outcome } as const;
  const options = { place: 'node', threads: 1, seconds: 2, repeats: null } as const;
  const results = resultsOf(rowsOf(work, [entry]), options, { date: new Date(0), load: 0.123456 });
  expect(results).toMatchObject({
    date: '1970-01-01T00:00:00.000Z',
    load: { before: 0.1235 },
    machine: { node: process.versions.node },
    rows: [{ medianMs: 0.3333, who: 'manabi-cpu', note: null }],
  });
  expect(results.manabi).toMatch(/^\d+\.\d+\.\d+/);
});
