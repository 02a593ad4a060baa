import { describe, expect, test } from '@jest/globals';
import { chart } from './chart.ts';
import { type Point, thin } from './thin.ts';
import { thinCurves } from './thin-curves.ts';
import { shortNumber, ticks } from './ticks.ts';

const texts = { step: 'step', values: 'Values' };

describe('chart', () => {
  test('states the last values in its label, and escapes texts', () => {
    const html = chart(
      '<loss>',
      [
        {
          label: 'a & b',
          points: [
            [1, 0.5],
            [2, 0.25],
          ],
        },
      ],
      texts,
    );
    expect(html).toContain('aria-label="&lt;loss&gt;. a &amp; b 0.25"');
    expect(html).not.toContain('<loss>');
  });

  test('leaves out values that are not finite, and draws nothing without points', () => {
    const html = chart(
      'loss',
      [
        {
          label: 'loss',
          points: [
            [1, Number.NaN],
            [2, 1],
            [3, Number.POSITIVE_INFINITY],
          ],
        },
      ],
      texts,
    );
    expect(html).not.toMatch(/NaN|Infinity/);
    expect(chart('loss', [{ label: 'loss', points: [] }], texts)).toBe('');
  });

  test('draws a single point and constant curves', () => {
    for (const points of [
      [[1, 2]],
      [
        [1, 2],
        [2, 2],
      ],
    ] satisfies Point[][]) {
      expect(chart('loss', [{ label: 'loss', points }], texts)).not.toMatch(/NaN|Infinity/);
    }
  });

  test('adds a table of few rows that ends with the last point', () => {
    const points = Array.from({ length: 100 }, (_, i): Point => [i, i / 100]);
    const html = chart('loss', [{ label: 'loss', points }], texts, true);
    expect(html.match(/<tr>/g)?.length).toBeLessThan(16);
    expect(html).toContain('<th scope="row">99</th><td>0.99</td>');
  });
});

describe('thin', () => {
  test('keeps peaks and the order', () => {
    const points = Array.from({ length: 10_000 }, (_, i): Point => [i, i === 5000 ? 9 : i === 5001 ? -9 : 0]);
    const thinned = thin(points, 100);
    expect(thinned.length).toBeLessThanOrEqual(200);
    expect(thinned.map(([, y]) => y)).toEqual(expect.arrayContaining([9, -9]));
    expect(thinned.map(([x]) => x)).toEqual(thinned.map(([x]) => x).sort((a, b) => a - b));
  });

  test('thinCurves keeps the last point of each curve', () => {
    const points = Array.from({ length: 500 }, (_, i) => ({ chart: 'a', curve: i % 2 ? 'b' : 'c', x: i, y: i }));
    const curves = thinCurves(points);
    expect(curves.map(({ curve }) => curve)).toEqual(['c', 'b']);
    expect(curves.map(({ x, y }) => [x.at(-1), y.at(-1)])).toEqual([
      [498, 498],
      [499, 499],
    ]);
    for (const { x } of curves) expect(x.length).toBeLessThan(65);
  });
});

describe('ticks', () => {
  test.each([
    [0, 1, [0, 0.2, 0.4, 0.6, 0.8, 1]],
    [0.31, 0.62, [0.4, 0.5, 0.6]],
    [0, 300, [0, 100, 200, 300]],
    [5, 5, [5]],
  ])('between %d and %d are round', (low, high, expected) => {
    expect(ticks(low, high)).toEqual(expected);
  });

  test('shortNumber uses few digits', () => {
    expect([0, 0.123456, 1234.5678, 0.00062, 1e7].map(shortNumber)).toEqual(['0', '0.1235', '1235', '6.2e-4', '1.0e7']);
  });
});
