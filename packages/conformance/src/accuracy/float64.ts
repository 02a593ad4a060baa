import { readFileSync } from 'node:fs';
import { jit, type Tensor, tensor } from '@manabi/core';
import type { Worst } from './sweep.ts';

/** Operands of a function, the float64 number nearest to the exact result, and the exact result minus this number. */
type Point =
  | readonly [x: number, nearest: number, rest: number]
  | readonly [x: number, y: number, nearest: number, rest: number];

/** Reads the exact results of each function, which `tooling/goldens/accuracy` computed, by function name. */
export function readPoints(): Readonly<Record<string, readonly Point[]>> {
  // `tooling/goldens/accuracy` writes values of this type.
  return JSON.parse(readFileSync(new URL('./goldens/float64.json', import.meta.url), 'utf8')) as Record<
    string,
    Point[]
  >;
}

/** Computes a function in float64 and returns its largest error relative to the exact results. */
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

/** Returns the distance from a number to the float64 number of next larger magnitude. */
function unitOf(value: number): number {
  const exponent = Math.floor(Math.log2(Math.abs(value)));
  return 2 ** (Math.max(exponent, -1022) - 52);
}
