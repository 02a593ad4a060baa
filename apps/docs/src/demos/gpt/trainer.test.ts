import { expect, test } from '@jest/globals';
import { hostArray, jit, type Tensor } from 'manabi';
import { initialWeights, logits } from './network.ts';
import { draw, GptTrainer, randomNumbers } from './trainer.ts';
import { vocabularyOf } from './vocabulary.ts';

const options = { context: 16, width: 32, heads: 2, blocks: 2, batch: 16, learningRate: 0.01, seed: 1 };

test('the network learns to repeat a text, and writes it', async () => {
  const trainer = new GptTrainer('the cat sat on the mat. '.repeat(8), options);
  const first = await trainer.train();
  let last = first;
  for (let step = 0; step < 60; step++) last = await trainer.train();
  expect(first).toBeGreaterThan(2);
  expect(last).toBeLessThan(0.3);
  expect(await trainer.validate()).toBeLessThan(0.3);
  const tokens = [...trainer.vocabulary.encode('the cat')];
  for (let i = 0; i < 12; i++) tokens.push(await trainer.next(tokens, 0));
  expect(tokens.map((token) => trainer.vocabulary.decode(token)).join('')).toBe('the cat sat on the ');
});

test('later tokens have no influence on earlier logits', async () => {
  const weights = initialWeights({ ...options, tokens: 10 }, 1);
  const run = jit((x: Tensor) => logits(weights, x, 2));
  const of = async (...tokens: number[]) => (await run(hostArray('int32', [1, 4], Int32Array.from(tokens)))).data();
  const [a, b] = [await of(1, 2, 3, 4), await of(1, 2, 9, 8)];
  expect(Array.from(a.subarray(0, 20))).toEqual(Array.from(b.subarray(0, 20)));
  expect(Array.from(a.subarray(20))).not.toEqual(Array.from(b.subarray(20)));
});

test('rejects a text that is too short', () => {
  expect(() => new GptTrainer('short', options)).toThrow('at least 68 characters; it has 5');
});

test('draw takes the most probable token at temperature 0, and keeps the probabilities at 1', () => {
  const uniform = randomNumbers(3);
  expect(draw([0, 5, 1], 0, uniform)).toBe(1);
  const counts = [0, 0];
  for (let i = 0; i < 2000; i++) counts[draw([Math.log(3), 0], 1, uniform)]++;
  expect(counts[0] / 2000).toBeCloseTo(0.75, 1);
});

test('a vocabulary leaves out characters that it does not know', () => {
  const { characters, encode, decode } = vocabularyOf('hello');
  expect(characters).toEqual(['e', 'h', 'l', 'o']);
  expect(Array.from(encode('hole!'), decode).join('')).toBe('hole');
});
