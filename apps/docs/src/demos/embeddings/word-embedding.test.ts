import { expect, test } from '@jest/globals';
import type { TextName } from './texts.ts';
import { texts } from './texts.ts';
import { createWordEmbedding } from './word-embedding.ts';

async function trained(name: TextName, steps: number) {
  const embedding = createWordEmbedding(name);
  for (let step = 0; step < steps; step++) await embedding.trainStep();
  return embedding.report();
}

test('words of a group of the short sentences are nearer to each other than to the other groups', async () => {
  const { words, positions } = await trained('short sentences', 120);
  const at = (word: string) => [0, 1].map((axis) => positions[2 * words.indexOf(word) + axis]);
  const groups = Object.values(texts['short sentences'].groups);
  const centers = groups.map((group) =>
    [0, 1].map((axis) => group.reduce((sum, word) => sum + at(word)[axis], 0) / group.length),
  );
  const inPlace = groups.flatMap((group, i) =>
    group.map((word) => {
      const distances = centers.map((center) => Math.hypot(center[0] - at(word)[0], center[1] - at(word)[1]));
      return distances.indexOf(Math.min(...distances)) === i;
    }),
  );
  expect(inPlace.filter(Boolean).length / inPlace.length).toBeGreaterThan(0.9);
});

test.each<[TextName, string, string]>([
  ['movie reviews', 'wonderful', 'awful'],
  ['Japanese reviews', '素晴らしい', 'がっかり'],
])('tells positive from negative words of %s', async (name, good, bad) => {
  const { words, positive, loss } = await trained(name, 100);
  const of = (word: string) => positive?.[words.indexOf(word)];
  expect(loss).toBeLessThan(0.3);
  expect(of(good)).toBeGreaterThan(0.6);
  expect(of(bad)).toBeLessThan(0.4);
});
