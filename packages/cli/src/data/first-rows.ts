import { type HostArray, hostArray } from 'manabi';
import type { Samples } from '../recipes/index.ts';

/** Returns the first `rows` samples and labels without copying them; returns all if `rows` is null. */
export function firstRows({ x, y }: Samples, rows: number | null): Samples {
  return rows === null ? { x, y } : { x: first(x, rows), y: first(y, rows) };
}

function first({ dtype, shape, data }: HostArray, rows: number): HostArray {
  const [count, ...row] = shape;
  const kept = Math.min(count, rows);
  return hostArray(dtype, [kept, ...row], data.subarray(0, (data.length / Math.max(1, count)) * kept));
}
