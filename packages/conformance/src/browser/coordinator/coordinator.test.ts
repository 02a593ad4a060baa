import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { describeInBrowser } from '../browser.fixture.ts';

declare global {
  /** The exports of `page.fixture.ts`, defined only in the page. */
  var coordinated: typeof import('./page.fixture.ts');
}

const program = join(import.meta.dirname, 'page.fixture.ts');
const isolation = { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' };

describeInBrowser(
  'plans of an isolated page on workers',
  program,
  (page) => {
    test.each(['samples', 'gradients', 'large', 'composites', 'compositeGradients', 'networks', 'random'])(
      'compute the bits of one thread in the section %s',
      async (name) => {
        const { count, different } = await page().evaluate((given) => coordinated.differences(given, false), name);
        expect(count).toBeGreaterThan(3);
        expect(different).toEqual([]);
      },
      120_000,
    );

    test.each(['samples', 'gradients', 'networks', 'random'])(
      'compute the bits of one thread with 64-bit addresses in the section %s',
      async (name) => {
        const { count, different } = await page().evaluate((given) => coordinated.differences(given, true), name);
        expect(count).toBeGreaterThan(3);
        expect(different).toEqual([]);
      },
      120_000,
    );

    test('let timers of the page fire', async () => {
      const { timers, isEqual } = await page().evaluate(() => coordinated.timersDuringRun());
      expect(timers).toBeGreaterThan(0);
      expect(isEqual).toBe(true);
    });

    test.each([false, true])('compute the same while the memory grows, to 64-bit addresses: %p', async (isWide) => {
      const outcome = await page().evaluate((given) => coordinated.growthDuringRun(given), isWide);
      expect(outcome).toEqual({ grown: true, isEqual: true });
    });

    test.each(['coordinator', 'first helper', 'second helper'])(
      'fail if the %s ends, and run on the page afterwards',
      async (which) => {
        const index = ['coordinator', 'first helper', 'second helper'].indexOf(which);
        const { error, isEqual, warnings } = await page().evaluate((i) => coordinated.deathDuringRun(i), index);
        expect(error).toMatch(/^backend: .*A worker ended while it ran a plan/);
        expect(isEqual).toBe(true);
        expect(warnings).toEqual([expect.stringContaining('computes on one thread')]);
      },
    );

    test('do not disturb a long chain of operators without awaits', async () => {
      const { values } = await page().evaluate(() => coordinated.chainDuringRun());
      expect(values).toEqual([2, 2, 2]);
    });

    test.each([true, false])(
      'report an index out of range as the page does, with donated inputs kept: %p',
      async (early) => {
        const here = await page().evaluate((given) => coordinated.indexError(given, true), early);
        const there = await page().evaluate((given) => coordinated.indexError(given, false), early);
        expect(there).toEqual(here);
        expect(JSON.stringify(here)).toContain('"position');
      },
    );

    test('can be aborted by a timer', async () => {
      const { steps, error } = await page().evaluate(() => coordinated.abortedFit());
      expect(error).toBe('aborted');
      expect(steps).toBeGreaterThanOrEqual(3);
      expect(steps).toBeLessThan(1000);
    });
  },
  { globalName: 'coordinated', headers: isolation, importsNode: true },
);
