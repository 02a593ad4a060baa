import { expect, test } from '@jest/globals';
import { drawScene, questions } from './scene.ts';

test('draws the same scene for the same seed, and others for other seeds', () => {
  expect(drawScene(7, 16)).toEqual(drawScene(7, 16));
  expect(drawScene(8, 16).pixels).not.toEqual(drawScene(7, 16).pixels);
});

test('answers each question with one of its classes, and all classes occur', () => {
  const scenes = Array.from({ length: 300 }, (_, i) => drawScene(i + 1, 2));
  for (const [question, classes] of Object.entries(questions)) {
    const answers = new Set(
      scenes.map((scene) => Object.entries(scene.answers).find(([name]) => name === question)?.[1]),
    );
    expect([question, [...answers].sort((a = 0, b = 0) => a - b)]).toEqual([
      question,
      Array.from({ length: classes }, (_, i) => i),
    ]);
  }
});
