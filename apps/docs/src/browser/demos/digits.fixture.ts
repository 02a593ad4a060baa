import { expect } from '@jest/globals';
import { type DemoPage, numberAfter } from './demo-page.ts';

/** Part of the test digits that the network reads, in percent. */
export const accuracyOf = (summary: string) => numberAfter(summary, /reads /);

/** Draws a vertical line with the mouse, left of the middle. */
export async function drawLine({ page, root }: DemoPage): Promise<void> {
  const box = await root.locator('.digit-paper').boundingBox();
  if (box === null) throw new Error('The demo has no paper.');
  const at = (y: number) => [box.x + 0.4 * box.width, box.y + y * box.height] as const;
  await page.mouse.move(...at(0.2));
  await page.mouse.down();
  await page.mouse.move(...at(0.8), { steps: 5 });
  await page.mouse.up();
}

/** Checks that the network learns to read digits, drawn ones as well. */
export async function checkDigits(demo: DemoPage): Promise<void> {
  const { root } = demo;
  const answer = root.getByText('The network sees a');
  await demo.waitForSummary((text) => accuracyOf(text) > 75);
  // Samples are chosen with the keyboard.
  await root.getByRole('button', { name: '0', exact: true }).focus();
  await demo.page.keyboard.press('Enter');
  await root.getByText('The network sees a 0').waitFor();
  await drawLine(demo);
  await root.getByText('The network sees a 1').waitFor();
  expect(await root.locator('.probability-bars .best').textContent()).toMatch(/^1/);
  await demo.press('Clear');
  await answer.waitFor({ state: 'detached' });

  const before = await demo.progress();
  await root.getByRole('combobox', { name: 'Network' }).selectOption('dense');
  await demo.waitForProgress((progress) => progress > 0 && progress < before);
}
