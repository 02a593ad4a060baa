import { expect, test } from '@jest/globals';
import { nearestWords, placesOf } from './word-map.ts';

const positions = Float32Array.of(0, 0, 100, 0, 0, 1, 3, 0);

test('places all words inside the canvas, in the same scale in both directions', () => {
  const places = placesOf(positions, 400, 300);
  for (const { x, y } of places) {
    expect(x).toBeGreaterThanOrEqual(0);
    expect(x).toBeLessThan(400);
    expect(y).toBeGreaterThanOrEqual(0);
    expect(y).toBeLessThan(300);
  }
  const [origin, right, up] = places;
  expect(right.x - origin.x).toBeCloseTo(100 * (origin.y - up.y));
});

test('places words that are all at one point', () => {
  const [{ x, y }] = placesOf(new Float32Array(4), 400, 300);
  expect([x, y].every(Number.isFinite)).toBe(true);
});

test('returns the nearest words in their order, without the word itself', () => {
  const words = ['a', 'b', 'c', 'd'];
  const output = { text: 'short sentences', step: 1, loss: 1, words, positions, positive: null } as const;
  expect(nearestWords(output, 0, 2)).toEqual(['c', 'd']);
  expect(nearestWords(output, 1, 5)).toEqual(['d', 'a', 'c']);
});
