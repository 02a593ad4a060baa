import { type FeatureName, GRID, RANGE } from './messages.ts';

/** Features, scaled so that they are mostly between -1 and 1. */
const features: Readonly<Record<FeatureName, (x: number, y: number) => number>> = {
  'x₁': (x) => x / RANGE,
  'x₂': (_, y) => y / RANGE,
  'x₁²': (x) => (x / RANGE) ** 2,
  'x₂²': (_, y) => (y / RANGE) ** 2,
  'x₁x₂': (x, y) => (x * y) / RANGE ** 2,
  'sin x₁': (x) => Math.sin(x),
  'sin x₂': (_, y) => Math.sin(y),
};

/** Computes features of points: a matrix of one row per point, as a list. */
export function featuresOf(
  points: readonly { readonly x: number; readonly y: number }[],
  names: readonly FeatureName[],
): Float32Array<ArrayBuffer> {
  const rows = points.map(({ x, y }) => names.map((name) => features[name](x, y)));
  return Float32Array.from(rows.flat());
}

/** The points of the grid, row by row from the top. */
export const gridPoints = Array.from({ length: GRID * GRID }, (_, i) => {
  const at = (cell: number) => RANGE * ((2 * cell + 1) / GRID - 1);
  return { x: at(i % GRID), y: -at(Math.floor(i / GRID)) };
});
