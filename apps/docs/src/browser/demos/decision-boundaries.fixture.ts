import { expect } from '@jest/globals';
import { type DemoPage, numberAfter, until } from './demo-page.ts';

const accuracyOf = (summary: string) => numberAfter(summary, /Accuracy: /);

/** Checks that the network learns, and that changes of its structure start again. */
export async function checkDecisionBoundaries(demo: DemoPage): Promise<void> {
  const { page, root } = demo;
  await demo.waitForSummary((text) => accuracyOf(text) > 95);
  expect(numberAfter(await demo.summary(), /Loss: /)).toBeLessThan(0.3);
  // The colors of the boundary: the middle and a corner belong to different classes.
  const colors = await root.locator('.boundary-plane canvas').evaluate((canvas) => {
    if (!(canvas instanceof HTMLCanvasElement)) return [];
    const { width, height } = canvas;
    const pixel = (x: number, y: number) => canvas.getContext('2d')?.getImageData(x, y, 1, 1).data.join(' ');
    return [pixel(width / 2, height / 2), pixel(3, height - 4)];
  });
  expect(colors[0]).not.toBe(colors[1]);

  // A unit of a hidden layer looks different.
  const picture = () =>
    root
      .locator('.boundary-plane canvas')
      .evaluate((canvas) => canvas instanceof HTMLCanvasElement && canvas.toDataURL());
  await demo.pause();
  const before = await picture();
  await root.getByRole('combobox', { name: 'Show' }).selectOption('layer 1, unit 2');
  await until(page, async () => (await picture()) !== before);
  await demo.resume();

  await page.getByText('Weights', { exact: true }).click();
  await until(page, async () => (await root.locator('.boundary-table').count()) === 3);
  const epoch = await demo.progress();
  await demo.press('Remove layer');
  await demo.press('Remove layer');
  await demo.waitForProgress((progress) => progress > 0 && progress < epoch);
  await root.locator('.boundary-table').nth(1).waitFor({ state: 'detached' });
  await demo.waitForProgress((progress) => progress > 10);
  expect(accuracyOf(await demo.summary())).toBeLessThan(80);
  await root.getByLabel('Dataset').selectOption('gauss');
  await demo.waitForSummary((text) => accuracyOf(text) > 95);
  // The learning rate changes while the network trains.
  await root.getByLabel('Learning rate').selectOption('0.001');
  const after = await demo.progress();
  await demo.waitForProgress((progress) => progress > after);

  // Training waits while the reader looks at another tab.
  const look = (hidden: boolean) =>
    page.evaluate((isHidden) => {
      Object.defineProperty(document, 'hidden', { value: isHidden, configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
    }, hidden);
  await look(true);
  expect(await root.getAttribute('data-state')).toBe('paused');
  await look(false);
  expect(await root.getAttribute('data-state')).toBe('running');
}
