import { expect } from '@jest/globals';
import { type DemoPage, numberAfter } from './demo-page.ts';

const lossOf = (summary: string) => numberAfter(summary, /Loss /);

/** Checks that words of one group move together, and that the reviews of another text are learned. */
export async function checkEmbeddings(demo: DemoPage): Promise<void> {
  const { root } = demo;
  const nearest = root.locator('.embeddings-word strong');
  const word = root.getByRole('combobox', { name: 'Word' });
  const first = lossOf(await demo.summary());
  await demo.waitForProgress((progress) => progress >= 80);
  expect(lossOf(await demo.summary())).toBeLessThan(0.8 * first);
  await word.selectOption('cat');
  const animals = (await nearest.textContent())?.split(', ').slice(0, 3) ?? [];
  expect(['dog', 'horse', 'cow', 'bird']).toEqual(expect.arrayContaining(animals));

  await root.getByRole('combobox', { name: 'Text' }).selectOption('Japanese reviews');
  await demo.waitForSummary((text) => numberAfter(text, /^Step /) > 0 && lossOf(text) < 0.2);
  await word.selectOption('満足');
  expect(numberAfter((await root.locator('.embeddings-word').textContent()) ?? '', /positive with /)).toBeGreaterThan(
    50,
  );
  expect(await nearest.evaluate((element) => element.closest('[lang]')?.getAttribute('lang'))).toBe('ja');
}
