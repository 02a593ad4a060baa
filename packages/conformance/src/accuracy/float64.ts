import { readFileSync } from 'node:fs';
import { jit, type Tensor, tensor } from '@manabi/core';
import type { Worst } from './sweep.ts';

/** Float64 numbers, the nearest to the exact value there, and what that lacks. */
type Point =
  | readonly [x: number, nearest: number, rest: number]
  | readonly [x: number, y: number, nearest: number, rest: number];

/** The exact values of `tooling/goldens/accuracy`, by function. */
export function readPoints(): Readonly<Record<string, readonly Point[]>> {
  // The generator and this type are changed together.
  return JSON.parse(readFileSync(new URL('./goldens/float64.json', import.meta.url), 'utf8')) as Record<
    string,
    Point[]
  >;
}

/** Compares a function of one or two operands with exact values of float64. */
export async function compareFloat64(f: (...operands: Tensor[]) => Tensor, points: readonly Point[]): Promise<Worst> {
  const run = jit((...operands: readonly Tensor[]) => f(...operands));
  const count = points[0].length - 2;
  const operands = Array.from({ length: count }, (_, k) => tensor(Float64Array.from(points, (point) => point[k])));
  const values = await (await run(...operands)).data();
  let worst: Worst = { error: 0, at: [], actual: 0, expected: 0 };
  for (const [i, point] of points.entries()) {
    const [nearest, rest] = point.slice(count);
    const actual = values[i];
    const distance = Math.abs(actual - nearest - rest);
    const error = Number.isFinite(distance) ? distance / unitOf(nearest) : Number.POSITIVE_INFINITY;
    if (error > worst.error) worst = { error, at: point.slice(0, count), actual, expected: nearest };
  }
  return worst;
}

/** The distance of a number to the next one with a larger size. */
function unitOf(value: number): number {
  const exponent = Math.floor(Math.log2(Math.abs(value)));
  return 2 ** (Math.max(exponent, -1022) - 52);
}
