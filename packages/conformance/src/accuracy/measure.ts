import '@manabi/backend-cpu/register';
import { compareFloat64, readPoints } from './float64.ts';
import { readMeasured, writeMeasured } from './numerics-page.ts';
import { pairRows, rows } from './rows.ts';
import { sweep, sweepPairs } from './sweep.ts';

// Measures the errors of functions and writes them to NUMERICS.md. The first argument n tests every n-th float32 number (1
// for all). The other arguments name the functions (default: all):
// node tooling/run/start.mjs packages/conformance/src/accuracy/measure.ts 13 exp 'power(x, 3)'
const [stride, ...names] = [Number(process.argv[2]), ...process.argv.slice(3)];
const isWanted = ({ name }: { readonly name: string }): boolean => names.length === 0 || names.includes(name);
const points = readPoints();
const measured = { ...readMeasured() };

for (const row of rows.filter(isWanted)) {
  const [single, double] = [await sweep(row, stride), await compareFloat64(row.f, points[row.name])];
  measured[row.name] = {
    stride,
    float32: rounded(single.error, row.float32),
    float64: rounded(double.error, row.float64),
  };
  writeMeasured(measured);
  console.log(row.name, single, double);
}
for (const row of pairRows.filter(isWanted)) {
  const single = await sweepPairs(row, Math.ceil(400 / stride));
  const doubles: number[] = [];
  for (const name of row.goldens ?? [row.name]) doubles.push((await compareFloat64(row.f, points[name])).error);
  measured[row.name] = {
    stride: null,
    float32: rounded(single.error, row.float32),
    float64: doubles.length === 0 ? null : rounded(Math.max(...doubles), row.float64),
  };
  writeMeasured(measured);
  console.log(row.name, single, doubles);
}

/**
 * Rounds a measured error up to two decimals, and to at least 0.5, the largest error of correct rounding. The error of
 * a function whose bound is 0 is not changed.
 */
function rounded(error: number, bound: number): number {
  return bound === 0 ? error : Math.max(0.5, Math.ceil(error * 100) / 100);
}
