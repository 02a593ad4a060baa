// Gives the words of a text two coordinates each, and moves them while a network learns from the text.
import { live } from '../../worker/live.ts';
import type { Input, Output } from './messages.ts';
import { createWordEmbedding, type WordEmbedding } from './word-embedding.ts';

/** Steps after which training ends. */
const STEPS = 400;
/** Milliseconds per step, which is slow enough to watch. */
const PACE = 30;

let embedding: WordEmbedding | null = null;
let step = 0;
let lastStep = 0;

await live<Input, Output>({
  step: async () => {
    if (embedding === null || step >= STEPS) return false;
    const wait = PACE - (performance.now() - lastStep);
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    lastStep = performance.now();
    await embedding.trainStep();
    step++;
    return step < STEPS;
  },
  report: async () => {
    if (embedding === null) throw new Error('The page sends the name of a text first.');
    return embedding.report();
  },
  receive: ({ text }) => {
    embedding = createWordEmbedding(text);
    step = 0;
  },
});
