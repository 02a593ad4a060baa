import { expect } from '@jest/globals';
import { type DemoPage, until } from './demo-page.ts';
import { accuracyOf, drawLine } from './digits.fixture.ts';

/** Checks that the filters change while the network learns, and that the maps follow the digit. */
export async function checkFilters(demo: DemoPage): Promise<void> {
  const { page, root } = demo;
  const pictures = () =>
    root
      .locator('canvas:not(.digit-paper, .digit-seen)')
      .evaluateAll((all) => all.map((canvas) => (canvas instanceof HTMLCanvasElement ? canvas.toDataURL() : '')));
  const weights = root.locator('.filters-weights');
  const first = await weights.textContent();
  await root.getByRole('button', { name: '3', exact: true }).click();
  await demo.waitForSummary((text) => accuracyOf(text) > 70);
  await root.getByText('The network sees a').waitFor();
  expect(await weights.textContent()).not.toBe(first);

  // While training waits, only the digit changes the maps.
  await demo.pause();
  const [filtersAndMaps, second] = await pictures();
  await drawLine(demo);
  await root.getByText('The network sees a 1').waitFor();
  await until(page, async () => {
    const [nextFiltersAndMaps, nextSecond] = await pictures();
    return nextFiltersAndMaps !== filtersAndMaps && nextSecond !== second;
  });
  await demo.resume();
}
