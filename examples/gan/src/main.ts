// Trains a generative adversarial network on points of a ring, with a custom training step. `--json` prints the result as
// one line of JSON at the end.
import '@manabi/backend-cpu/register';
import { parseArgs } from 'node:util';
import { sample, shapeOf, trainRing } from './ring.ts';

const { values } = parseArgs({
  options: {
    epochs: { type: 'string', default: '150' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
});

const seed = Number(values.seed);
const gan = await trainRing(seed, Number(values.epochs));
const points = await (await sample(gan, 1024, seed)).data();
const { meanRadius, deviation, emptiest } = shapeOf(points);
console.log(plot(points));
console.log(
  `mean radius ${meanRadius.toFixed(3)}, deviation ${deviation.toFixed(3)}, emptiest of 8 sectors ${emptiest.toFixed(2)}`,
);
if (values.json) console.log(JSON.stringify({ task: 'gan', meanRadius, deviation, emptiest }));

/** Plots points as characters, darker where they are denser. */
function plot(points: ArrayLike<number>): string {
  const [columns, rows] = [48, 24];
  const counts = new Array<number>(columns * rows).fill(0);
  for (let i = 0; i < points.length; i += 2) {
    const column = Math.floor(((points[i] + 1.5) / 3) * columns);
    const row = Math.floor(((1.5 - points[i + 1]) / 3) * rows);
    if (column >= 0 && column < columns && row >= 0 && row < rows) counts[row * columns + column]++;
  }
  const line = (row: number): string =>
    counts
      .slice(row * columns, (row + 1) * columns)
      .map((count) => ' .:oO@'[Math.min(5, count)])
      .join('');
  return Array.from({ length: rows }, (_, row) => line(row)).join('\n');
}
