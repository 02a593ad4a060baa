import { expect, test } from '@jest/globals';
import { centerDigit } from './center-digit.ts';
import { SIDE } from './messages.ts';

/** Draws a filled rectangle. */
function rectangle(width: number, height: number, [left, top, wide, tall]: readonly number[]): Uint8Array {
  return Uint8Array.from({ length: width * height }, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    return x >= left && x < left + wide && y >= top && y < top + tall ? 255 : 0;
  });
}

/** Returns the first and last row and column with ink, and the total ink in pixels. */
function extentOf(pixels: Uint8Array | null) {
  const at = Array.from(pixels ?? [], (value, i) => ({ value, x: i % SIDE, y: Math.floor(i / SIDE) }));
  const inked = at.filter(({ value }) => value > 0);
  const [xs, ys] = [inked.map(({ x }) => x), inked.map(({ y }) => y)];
  return {
    columns: [Math.min(...xs), Math.max(...xs)],
    rows: [Math.min(...ys), Math.max(...ys)],
    ink: at.reduce((sum, { value }) => sum + value / 255, 0),
  };
}

test.each([
  ['a large square in a corner', [0, 0, 200, 200], [4, 23], [4, 23], 400],
  ['a small square', [150, 20, 10, 10], [4, 23], [4, 23], 400],
  ['a tall bar', [30, 10, 40, 160], [11, 16], [4, 23], 100],
  ['a wide bar', [10, 190, 200, 20], [4, 23], [13, 14], 40],
])('scales %s to the box, and centers it', (_, shape, columns, rows, ink) => {
  const extent = extentOf(centerDigit(rectangle(224, 224, shape), 224));
  expect(extent.columns).toEqual(columns);
  expect(extent.rows).toEqual(rows);
  expect(extent.ink).toBeCloseTo(ink, 0);
});

test('centers the mass, and not the box', () => {
  // A wide foot below a thin line.
  const line = rectangle(100, 100, [50, 10, 4, 60]);
  const foot = rectangle(100, 100, [30, 70, 44, 20]);
  const { rows } = extentOf(
    centerDigit(
      line.map((value, i) => Math.max(value, foot[i])),
      100,
    ),
  );
  expect(rows[0]).toBeLessThan(4);
  expect(rows[1]).toBeLessThan(23);
});

test('returns null for an empty drawing', () => {
  expect(centerDigit(new Uint8Array(100), 10)).toBeNull();
});
