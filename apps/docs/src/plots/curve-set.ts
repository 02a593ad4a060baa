import { type ChartTexts, type Curve, chart } from './chart.ts';
import type { Point } from './thin.ts';

/** A point of a curve of a chart. */
interface CurvePoint {
  readonly chart: string;
  readonly curve: string;
  readonly x: number;
  readonly y: number;
}

/** The curves of a program, by chart. */
export class CurveSet {
  readonly #charts = new Map<string, Map<string, Point[]>>();

  add({ chart, curve, x, y }: CurvePoint): void {
    const curves = this.#charts.get(chart) ?? new Map<string, Point[]>();
    this.#charts.set(chart, curves);
    const points = curves.get(curve) ?? [];
    curves.set(curve, points);
    points.push([x, y]);
  }

  /** Draws all charts as HTML. */
  html(texts: ChartTexts, withTables: boolean): string {
    return Array.from(this.#charts, ([title, curves]) =>
      chart(
        title,
        Array.from(curves, ([label, points]): Curve => ({ label, points })),
        texts,
        withTables,
      ),
    ).join('');
  }
}
