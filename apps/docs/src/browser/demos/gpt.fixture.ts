import { expect } from '@jest/globals';
import type { DemoPage } from './demo-page.ts';

/** Checks that the network learns a text and writes it, with the prompt and the temperature of the reader. */
export async function checkGpt(demo: DemoPage): Promise<void> {
  const { page, root } = demo;
  const sample = root.locator('.gpt-sample');
  const written = async () => (await sample.textContent()) ?? '';
  const lines = 'one two three four. '.repeat(20);
  await page.getByLabel('Text to learn').fill(lines);
  await demo.press('Learn the new text');
  await demo.waitForProgress((progress) => progress >= 60);
  expect(await root.locator('.chart svg').getAttribute('aria-label')).toMatch(
    /text [\d.]+. unseen end of the text [\d.]+/,
  );

  // While training waits, the network still writes.
  await demo.pause();
  await page.getByLabel(/^Temperature/).fill('0');
  await page.getByLabel('Prompt').fill('one Q');
  await root.getByText('The text has no Q').waitFor();
  await page.getByLabel('Prompt').fill('two ');
  await demo.press('Write now');
  await root.getByText('two three four. one two three four.').waitFor();
  expect(await written()).toHaveLength(4 + 240);
  await demo.resume();
}
