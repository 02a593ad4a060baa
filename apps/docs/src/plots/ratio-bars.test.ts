import { expect, test } from '@jest/globals';
import { ratioBars } from './ratio-bars.ts';

test('draws bars of equal length for a ratio and its inverse, on both sides of the line at 1', () => {
  const html = ratioBars(
    'a <b>',
    [
      { label: 'slow', ratio: 4 },
      { label: 'fast', ratio: 0.25 },
    ],
    [0.25, 4],
  );
  const bars = [...html.matchAll(/<rect class="(\S+)" x="([\d.]+)" y="\d+" width="([\d.]+)"/g)].map(
    ([, ...rest]) => rest,
  );
  expect(bars.map(([style]) => style)).toEqual(['curve-end-0', 'curve-end-1']);
  expect(bars[0][2]).toBe(bars[1][2]);
  expect(Number(bars[1][1]) + Number(bars[1][2])).toBeCloseTo(Number(bars[0][1]), 0);
  expect(html).toContain('aria-label="a &lt;b&gt;. slow 4×. fast 0.25×"');
  expect(html).not.toMatch(/NaN|<b>/);
});

test('draws bars if all ratios are on one side', () => {
  expect(ratioBars('a', [{ label: 'b', ratio: 3 }], [1, 3])).not.toMatch(/NaN|Infinity/);
});
