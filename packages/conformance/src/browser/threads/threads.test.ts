import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { setThreads } from '@manabi/backend-cpu';
import '@manabi/backend-cpu/register';
import { describeInBrowser } from '../browser.fixture.ts';
import { trainCnn } from './cnn.fixture.ts';

declare global {
  /** The exports of `page.fixture.ts`, defined only in the page. */
  var onThreads: typeof import('./page.fixture.ts');
}

/** The functions of the page that call a function in the page itself, or in a worker. */
const callers = ['call', 'callInWorker'] as const;

const program = join(import.meta.dirname, 'page.fixture.ts');
const isolation = { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' };

let trained: ReturnType<typeof trainCnn> | undefined;
/** Trains in Node, on one thread. */
function inNode(): ReturnType<typeof trainCnn> {
  setThreads(1);
  trained ??= trainCnn();
  return trained;
}

describeInBrowser(
  'a cross-origin isolated page',
  program,
  (page) => {
    test('ends threads that are idle for five seconds, and starts them again', async () => {
      await page().evaluate(() => onThreads.call('indexErrors', 3, []));
      // A coordinator and two helpers.
      expect(page().workers()).toHaveLength(3);
      for (const end = Date.now() + 30_000; page().workers().length > 0 && Date.now() < end; ) await setTimeout(100);
      expect(page().workers()).toEqual([]);
      const { value, started } = await page().evaluate(() => onThreads.call('train', 3));
      expect(value).toEqual(await inNode());
      expect(started).toBe(3);
    });

    describe.each(callers)('%s', (caller) => {
      test.each([1, 2, 3])('trains the CNN on %i threads with the bits of Node', async (count) => {
        const { value, started, threads, warnings } = await page().evaluate(([how, n]) => onThreads[how]('train', n), [
          caller,
          count,
        ] as const);
        expect(value).toEqual(await inNode());
        // The page leaves plans to workers, so none of the threads is its own.
        const workers = caller === 'call' ? count : count - 1;
        expect({ started, threads, warnings }).toEqual({ started: workers, threads: count, warnings: [] });
      });

      test('uses all processors by default', async () => {
        const [result, processors] = await page().evaluate(
          async (how) => [await onThreads[how]('train'), navigator.hardwareConcurrency] as const,
          caller,
        );
        // The page itself has called `setThreads`.
        expect(result.threads).toBe(caller === 'call' ? 3 : Math.min(16, processors));
        expect(result.value).toEqual(await inNode());
      });

      test('computes the same in 200 runs, in which all threads take part', async () => {
        const one = await page().evaluate((how) => onThreads[how]('products', 1, 1), caller);
        const three = await page().evaluate((how) => onThreads[how]('products', 3, 200), caller);
        expect(three.value.results).toEqual(one.value.results);
        expect([one.started, three.started]).toEqual([0, 2]);
        expect(one.value.loads.every(({ threads }) => threads === undefined)).toBe(true);
        for (const { threads, imbalance } of three.value.loads) {
          expect(threads).toBe(3);
          // It would be 3 if only the calling thread had computed.
          expect(imbalance).toBeLessThan(3);
        }
      });

      test('reports the first of several indices out of range, and computes afterwards', async () => {
        const wrong = [9_999, 10_000, 18_000];
        const one = await page().evaluate(([how, at]) => onThreads[how]('indexErrors', 1, at), [
          caller,
          wrong,
        ] as const);
        const three = await page().evaluate(([how, at]) => onThreads[how]('indexErrors', 3, at), [
          caller,
          wrong,
        ] as const);
        expect(one.value.errors).toEqual([expect.stringContaining('9999')]);
        expect(three.value).toEqual(one.value);
        expect(three.started).toBe(caller === 'call' ? 3 : 2);
      });
    });
  },
  { globalName: 'onThreads', headers: isolation },
);

describeInBrowser(
  'a page without isolation',
  program,
  (page) => {
    test.each(callers)('%s trains the CNN on one thread with the bits of Node, without warnings', async (caller) => {
      const result = await page().evaluate((how) => onThreads[how]('train'), caller);
      expect(result).toEqual({ value: await inNode(), started: 0, threads: 1, warnings: [] });
    });

    test('warns once if the program asks for more threads', async () => {
      const first = await page().evaluate(() => onThreads.call('backendWith', { threads: 4 }));
      expect(first.warnings).toEqual([expect.stringContaining('the page is not cross-origin isolated')]);
      const next = await page().evaluate(() => onThreads.call('train', 2));
      expect(next).toEqual({ value: await inNode(), started: 0, threads: 1, warnings: [] });
    });
  },
  { globalName: 'onThreads' },
);

describeInBrowser(
  'an isolated page whose content security policy forbids workers',
  program,
  (page) => {
    test('trains the CNN on one thread, and says why once', async () => {
      const first = await page().evaluate(() => onThreads.call('train', 2));
      expect(first.value).toEqual(await inNode());
      expect(first.warnings).toEqual([
        expect.stringMatching(/^The backend cpu computes on one thread, because it could not use others: .*worker-src/),
      ]);
      expect((await page().evaluate(() => onThreads.call('train', 2))).warnings).toEqual([]);
    });
  },
  { globalName: 'onThreads', headers: { ...isolation, 'content-security-policy': "worker-src 'none'" } },
);
