/** A point of a curve: x and y. */
export type Point = readonly [number, number];

/**
 * Reduces a curve to at most two points per pixel, the smallest and the largest, so that no peak is lost.
 *
 * @param points sorted by x
 * @param pixels width of the plot
 */
export function thin(points: readonly Point[], pixels: number): readonly Point[] {
  if (points.length <= 2 * pixels) return points;
  const first = points[0][0];
  const scale = pixels / (points[points.length - 1][0] - first || 1);
  const result: Point[] = [];
  let column = -1;
  let low: Point | null = null;
  let high: Point | null = null;
  const finish = () => {
    if (low === null || high === null) return;
    const pair = low[0] <= high[0] ? [low, high] : [high, low];
    result.push(...(low === high ? [low] : pair));
  };
  for (const point of points) {
    const at = Math.min(pixels - 1, Math.floor((point[0] - first) * scale));
    if (at !== column) {
      finish();
      [column, low, high] = [at, point, point];
    } else {
      if (low === null || point[1] < low[1]) low = point;
      if (high === null || point[1] > high[1]) high = point;
    }
  }
  finish();
  return result;
}
