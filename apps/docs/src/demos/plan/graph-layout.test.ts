import { expect, test } from '@jest/globals';
import { BOX_HEIGHT, BOX_WIDTH, layoutGraph } from './graph-layout.ts';
import type { Operator } from './messages.ts';

const operator = (...operands: number[]): Operator => ({
  name: 'op',
  type: 'float32[]',
  operands,
  steps: [],
  isInput: operands.length === 0,
  isOutput: false,
});

const graph = [operator(), operator(), operator(), operator(0, 1), operator(3), operator(3, 2), operator(4, 5)];

test('layoutGraph places operators below those that they read, without overlaps', () => {
  const { boxes, width, height } = layoutGraph(graph);
  for (const [i, { operands }] of graph.entries()) {
    for (const j of operands) expect(boxes[j].y + BOX_HEIGHT).toBeLessThan(boxes[i].y);
  }
  for (const [i, a] of boxes.entries()) {
    for (const b of boxes.slice(i + 1)) {
      expect(Math.abs(a.x - b.x) >= BOX_WIDTH || Math.abs(a.y - b.y) >= BOX_HEIGHT).toBe(true);
    }
    expect(a.x).toBeGreaterThanOrEqual(0);
    expect(a.x + BOX_WIDTH).toBeLessThanOrEqual(width);
    expect(a.y + BOX_HEIGHT).toBeLessThanOrEqual(height);
  }
});

test('layoutGraph places an input just above its first use', () => {
  const { boxes } = layoutGraph(graph);
  expect(boxes[2].y).toBe(boxes[3].y);
});
