import { type Point, thin } from './thin.ts';

/** A point of a curve of a chart. */
interface CurvePoint {
  readonly chart: string;
  readonly curve: string;
  readonly x: number;
  readonly y: number;
}

/** A curve as it is stored in a file. */
export interface StoredCurve {
  readonly chart: string;
  readonly curve: string;
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/** Points per curve. */
const POINTS = 60;

/** Reduces curves to few points with few digits, for a file. */
export function thinCurves(points: readonly CurvePoint[]): readonly StoredCurve[] {
  const keys = new Map<string, CurvePoint[]>();
  for (const point of points) {
    const key = `${point.chart}\n${point.curve}`;
    const curve = keys.get(key) ?? [];
    keys.set(key, curve);
    curve.push(point);
  }
  return Array.from(keys.values(), (curve) => {
    const [{ chart, curve: label }] = curve;
    const all = curve.map(({ x, y }): Point => [x, y]);
    const thinned = thin(all, POINTS / 2);
    const last = all[all.length - 1];
    const kept = thinned[thinned.length - 1][0] === last[0] ? thinned : [...thinned, last];
    return { chart, curve: label, x: kept.map(([x]) => x), y: kept.map(([, y]) => Number(y.toPrecision(4))) };
  });
}
