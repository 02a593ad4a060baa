import { casesOf } from '@manabi/bench';
import type { BenchmarkData } from './messages.ts';
import { readResults } from './results.ts';

/** The benchmarks that the page runs: together less than a minute per backend. */
const chosen = [
  'matmul:512x512x512',
  'matmul:1024x1024x1024',
  'mlp-step',
  'cnn-step',
  'bn-mlp-step',
  'embedding-step',
  'elementwise:add-1000000',
  'elementwise:exp-1000000',
  'reduce:rows-1024x1024',
  'softmax:1024x1024',
  'replay',
];

/** Returns the data of the page of benchmarks. */
export function benchmarkData(): BenchmarkData {
  const { machine, rows, threads } = readResults();
  const own = rows.filter(({ who }) => who === 'manabi-cpu');
  return {
    cases: casesOf(chosen),
    machine,
    threads,
    committed: Object.fromEntries(
      own.flatMap(({ work, size, medianMs }) => (medianMs === null ? [] : [[`${work}:${size}`, medianMs]])),
    ),
  };
}
