import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { describeInBrowser } from '../browser/browser.fixture.ts';

declare global {
  /** The exports of `page.fixture.ts`, defined only in the page. */
  var manabiOnWebGpu: typeof import('./page.fixture.ts');
}

describeInBrowser(
  'WebGPU in a page',
  join(import.meta.dirname, 'page.fixture.ts'),
  (page) => {
    test('computes the same values and random bits as the CPU', async () => {
      const [onCpu, onGpu] = await page().evaluate(() =>
        manabiOnWebGpu.valuesOn('cpu').then((cpu) => manabiOnWebGpu.valuesOn('webgpu').then((gpu) => [cpu, gpu])),
      );
      expect(onGpu[3]).toEqual(onCpu[3]);
      const flat = (value: unknown): readonly number[] => [value].flat(Number.POSITIVE_INFINITY).map(Number);
      for (const [i, value] of flat(onGpu.slice(0, 3)).entries())
        expect(value).toBeCloseTo(flat(onCpu.slice(0, 3))[i], 4);
    });

    test('measures the steps of a plan, although browsers round timestamps', async () => {
      const { steps, total, isSoftware } = await page().evaluate(() => manabiOnWebGpu.profiled());
      expect(steps.length).toBeGreaterThan(1);
      for (const { clock, milliseconds } of steps) {
        expect(['gpu', 'submission']).toContain(clock);
        expect(milliseconds).toBeGreaterThan(0);
      }
      expect(total).toBeCloseTo(64, 3);
      expect(isSoftware).toBe(true);
    });

    test('trains with the same losses as the CPU', async () => {
      const [onCpu, onGpu] = await page().evaluate(() =>
        manabiOnWebGpu.lossesOn('cpu').then((cpu) => manabiOnWebGpu.lossesOn('webgpu').then((gpu) => [cpu, gpu])),
      );
      for (const [epoch, loss] of onCpu.entries()) expect(onGpu[epoch]).toBeCloseTo(loss, 3);
    });
  },
  { globalName: 'manabiOnWebGpu' },
);
