import { createServer, type Server } from 'node:http';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import '@manabi/backend-cpu/register';
import type { CallbackHooks } from '@manabi/layers';
import { browserRequirement, describeWhere } from '@manabi/testing';
import { browserFlags, browserPath } from '@tooling/run/browser';
import axeCore from 'axe-core';
import { build } from 'esbuild';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import type { DashboardRecord } from '../records/record.ts';
import { staticPage } from '../server/static-page.ts';
import { train } from './page.fixture.ts';

declare global {
  /** The exports of `page.fixture.ts`, defined only in the page. */
  var board: typeof import('./page.fixture.ts');
  /** Defined in the page once its script has run. */
  var axe: { run(): Promise<{ violations: readonly { id: string; nodes: readonly { target: unknown }[] }[] }> };
}

/** The policy of the page's own server allows neither styles nor scripts in attributes and elements. */
const POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; img-src data:";

describeWhere(browserRequirement, 'the dashboard in a browser', () => {
  let server: Server;
  let browser: Browser;
  let context: BrowserContext;
  let url = '';
  /** Messages of errors and of the console of all pages of a test. */
  const problems: string[] = [];

  beforeAll(async () => {
    const { outputFiles } = await build({
      entryPoints: [new URL('./page.fixture.ts', import.meta.url).pathname],
      bundle: true,
      format: 'iife',
      globalName: 'board',
      platform: 'browser',
      target: 'es2022',
      conditions: ['@manabi/source'],
      write: false,
      logLevel: 'silent',
    });
    server = createServer((request, response) => {
      const isScript = request.url === '/page.js';
      response.writeHead(200, {
        'content-type': isScript ? 'text/javascript' : 'text/html',
        'content-security-policy': POLICY,
      });
      response.end(
        isScript
          ? outputFiles[0].text
          : '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Test</title><link rel="icon" href="data:,"><main><script src="/page.js"></script></main>',
      );
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const address = server.address();
    url = typeof address === 'object' && address !== null ? `http://127.0.0.1:${address.port}/` : '';
    browser = await chromium.launch({ executablePath: browserPath(), headless: true, args: [...browserFlags] });
    context = await browser.newContext();
  });
  afterAll(async () => {
    await browser?.close();
    server?.close();
  });
  afterEach(async () => {
    for (const page of context.pages()) await page.close();
    expect(problems.splice(0)).toEqual([]);
  });

  async function open(address: string): Promise<Page> {
    const page = await context.newPage();
    page.on('console', (message) => {
      // A page tries to connect again after its server has closed.
      if (!message.text().includes('ERR_CONNECTION_REFUSED')) problems.push(message.text());
    });
    page.on('pageerror', ({ message }) => problems.push(message));
    await page.goto(address);
    return page;
  }

  /** Returns what axe finds, in the light and in the dark theme, at 375 and 1,280 pixels, and wide content. */
  async function faultsOf(page: Page): Promise<readonly unknown[]> {
    await page.evaluate(axeCore.source);
    const faults: unknown[] = [];
    for (const width of [1280, 375]) {
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.setViewportSize({ width, height: 800 });
        await page.emulateMedia({ colorScheme });
        const { violations, overflow } = await page.evaluate(async () => ({
          violations: (await globalThis.axe.run()).violations,
          overflow: document.documentElement.scrollWidth - innerWidth,
        }));
        const found = violations.map(({ id, nodes }) => [id, width, colorScheme, nodes.map(({ target }) => target)]);
        faults.push(...found, ...(overflow > 0 ? [`${overflow} pixels too wide at ${width}`] : []));
      }
    }
    return faults;
  }

  test('shows a training in the page, with a strict content security policy', async () => {
    const page = await open(url);
    await page.evaluate(() => globalThis.board.trainInPage());
    await page.getByText('Finished').waitFor();
    expect(await page.getByRole('heading').allTextContents()).toEqual([
      'Training dashboard',
      'Curves',
      'Confusion matrix',
      'Samples',
      'Weights and gradients',
      'Plan of the training step',
      'Model',
    ]);
    await page
      .getByRole('img', { name: /^loss over the epochs, last values: training [\d.]+; validation [\d.]+$/ })
      .waitFor();
    await page.getByRole('img', { name: /^learning rate over the epochs/ }).waitFor();
    expect(await page.getByRole('img', { name: /^Sample \d+, an image of 8 by 8 pixels$/ }).count()).toBe(16);
    expect(await page.getByRole('rowheader', { name: 'south-east' }).count()).toBe(1);
    // A table of the values of each plot is there for screen readers and the keyboard.
    await page.getByText('Data', { exact: true }).first().press('Enter');
    const rows = page.getByRole('region', { name: 'Data of loss' }).getByRole('row');
    await rows.nth(9).waitFor();
    const slider = page.getByRole('slider');
    expect(await slider.inputValue()).toBe('2');
    await slider.press('ArrowLeft');
    expect(await slider.getAttribute('aria-valuetext')).toBe('epoch 2');
    await page.getByRole('searchbox').fill('conv');
    expect(await page.getByRole('img', { name: /^Histogram of/ }).count()).toBe(4);
    expect(await faultsOf(page)).toEqual([]);
  });

  test('shows a training in a worker, and stops it', async () => {
    const page = await open(url);
    await page.evaluate(() => globalThis.board.trainInWorker());
    await page.getByRole('img', { name: /^accuracy over the epochs/ }).waitFor();
    await page.getByRole('button', { name: 'Stop training' }).press('Enter');
    await page.getByText('Stopped').waitFor();
    expect(await page.getByRole('button').count()).toBe(0);
  });

  test('shows trainings in Node, the second after a connection that was closed, and stops the second', async () => {
    let page: Page | null = null;
    const records: DashboardRecord[] = [];
    const sink = { write: (record: DashboardRecord) => void records.push(record) };
    const lines: string[] = [];
    const board = await train({ sink, print: (line) => lines.push(line), updateFreq: 'batch', run: 'run' }, 1);
    expect(board.url).toBeNull();
    const opening: CallbackHooks = {
      onEpochBegin: async () => {
        page ??= await open(board.url ?? '');
      },
    };
    await fitAgain(board, opening);
    // The test's functions are called in order, so the page is open now.
    const shown = page as Page | null;
    if (shown === null) throw new Error('No page was opened.');
    await shown.getByText('Stopped').waitFor();
    expect(lines).toEqual([expect.stringMatching(/^Dashboard: http/)]);
    expect(await shown.getByRole('radio').count()).toBe(2);
    expect(records.at(-1)).toMatchObject({ type: 'ended', run: 'run (2)', outcome: 'stopped' });
    expect(await faultsOf(shown)).toEqual([]);

    const saved = await open(`data:text/html,`);
    await saved.setContent(await staticPage(records.filter(({ run }) => run === 'run')));
    await saved.getByText('Finished').waitFor();
    expect(await saved.getByRole('button').count()).toBe(0);
  });

  /** Trains again with the same dashboard, until its page stops the training. */
  async function fitAgain(board: Awaited<ReturnType<typeof train>>, opening: CallbackHooks): Promise<void> {
    const { layers, sequential } = await import('@manabi/layers');
    const model = sequential([layers.dense({ units: 1, inputShape: [1] })]);
    model.compile({ optimizer: 'sgd', loss: 'mse' });
    const stopping: CallbackHooks = {
      onEpochEnd: async (epoch) => {
        const [page] = context.pages();
        if (epoch === 2) await page.getByRole('button', { name: 'Stop training' }).press('Enter');
        // Gives the request time to arrive.
        await new Promise((resolve) => setTimeout(resolve, 20));
      },
    };
    await model.fit([[1], [2]], [[1], [2]], { epochs: 1000, verbose: 0, callbacks: [board, opening, stopping] });
  }
});
