import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { browserRequirement, describeWhere } from '@manabi/testing';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { benchmarkData } from '../benchmarks/page-data.ts';
import { brokenLinks } from '../checks/links.ts';
import { strayMarkup } from '../checks/stray-markup.ts';
import { readRecording } from '../markdown/recorded-output.ts';
import { measureFirstRuns } from '../measure.ts';
import { type SiteServer, serve } from '../server/serve.ts';
import { type BuiltSite, buildSite } from './built-site.fixture.ts';
import { demoChecks } from './demos/demo-checks.ts';
import { DemoPage } from './demos/demo-page.ts';
import { checkCamera, checkPictures } from './demos/pictures.fixture.ts';
import { checkPlan } from './demos/plan.fixture.ts';
import { openBrowser } from './open-browser.ts';
import { mounted, runPrograms } from './run-programs.ts';
import { outputDifference } from './same-output.ts';

/** Milliseconds after which a test that opens every page is ended, on a busy machine. */
const LONG = 600_000;
/** Bytes that the first visit of a page may download. */
const FIRST_VISIT = 350_000;
/** Bytes of the library that the first run of a program may download. With the page, that is less than FIRST_VISIT. */
const FIRST_RUN = 245_000;
/** Benchmarks that the page of benchmarks runs. */
const benchmarks = benchmarkData().cases.length;
/** Pages of the API reference that are opened; all of them have few forms. */
const REFERENCE_PAGES = 3;
/** Whether this is a nightly run, which builds all pages of the API reference and presses every Run. */
const isNightly = process.env.MANABI_SITE === 'all';
/** Solutions that train for seconds. */
const slow = new Set(isNightly ? [] : ['03', '04', '06', '07', '09', '11'].map((chapter) => `${chapter}-solution`));

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

describeWhere(browserRequirement, 'the site', () => {
  let site: BuiltSite;
  let server: SiteServer;
  let browser: Browser;
  /** Paths and sizes of what the server sent. */
  let sent: { readonly path: string; readonly bytes: number }[] = [];
  /** Errors of pages: in the console, uncaught, and failed requests. */
  let errors: string[] = [];

  beforeAll(async () => {
    [site, browser] = await Promise.all([buildSite(isNightly), openBrowser(false)]);
    server = await serve(site.folder, { onResponse: (path, bytes) => sent.push({ path, bytes }) });
  }, 2 * LONG);
  afterAll(async () => {
    await browser?.close();
    server?.close();
    site?.remove();
  });

  function watch(page: Page): Page {
    page.on('console', (message) => {
      if (message.type() === 'error') errors.push(`${page.url()}: ${message.text()}`);
    });
    page.on('pageerror', (error) => errors.push(`${page.url()}: ${error}`));
    return page;
  }

  async function withPage<R>(use: (page: Page, context: BrowserContext) => Promise<R>, in_ = browser): Promise<R> {
    const context = await in_.newContext({ viewport: { width: 1280, height: 900 } });
    context.setDefaultTimeout(100_000);
    errors = [];
    try {
      return await use(watch(await context.newPage()), context);
    } finally {
      await context.close();
    }
  }

  /** Opens a page, and waits until its components are mounted. */
  async function open(page: Page, path: string, address = server.address): Promise<void> {
    await page.goto(address + path);
    await mounted(page);
  }

  /** Waits until the first program of a page has ended, and returns its state. */
  async function ended(page: Page): Promise<string | undefined> {
    const root = page.locator('.runnable').first();
    await page.waitForFunction(
      () => !['loading', 'running'].includes(document.querySelector<HTMLElement>('.runnable')?.dataset.state ?? ''),
    );
    return root.evaluate((element) => element.dataset.state);
  }

  test('has no broken links', () => {
    const broken = brokenLinks(site.folder);
    expect(isNightly ? broken : broken.filter(({ link }) => !link.includes('/reference/'))).toEqual([]);
  });

  test('shows no Markdown as text', () => {
    expect(strayMarkup(site.folder)).toEqual([]);
  });

  test(
    'is accessible, fits a narrow screen, and logs no error, in light and dark',
    async () => {
      const reference = site.pages.filter((path) => path.startsWith('reference/'));
      const all = site.pages.filter((path) => !reference.slice(REFERENCE_PAGES).includes(path));
      // To save time, only nightly runs open every page, in both themes.
      const paths = all.filter((_, i) => isNightly || i % 2 === 0);
      const problems: unknown[] = [];
      await withPage(async (page, context) => {
        await context.addInitScript({ path: axe });
        for (const [index, path] of paths.entries()) {
          await page.setViewportSize({ width: 1280, height: 900 });
          await open(page, path);
          // Colors must not be measured while they fade.
          await page.addStyleTag({ content: '* { transition: none !important; }' });
          await page.evaluate(() => {
            for (const details of document.querySelectorAll('details')) details.open = true;
          });
          for (const dark of isNightly ? [false, true] : [index % 2 === 1]) {
            await page.evaluate((isDark) => document.documentElement.classList.toggle('dark', isDark), dark);
            for (const violation of await violations(page)) problems.push({ path, dark, violation });
          }
          await page.setViewportSize({ width: 375, height: 800 });
          const width = await page.evaluate(() => document.documentElement.scrollWidth);
          if (width > 375) problems.push({ path, width });
        }
        expect(problems).toEqual([]);
        expect(errors).toEqual([]);
      });
    },
    LONG,
  );

  test('downloads little on the first visit of each page', async () => {
    const large: unknown[] = [];
    const pages = site.pages.filter((each) => /^(index|ja\/index|tutorial\/)/.test(each));
    for (const path of pages.filter((_, i) => isNightly || i % 2 === 0)) {
      sent = [];
      await withPage(async (page) => {
        await open(page, path);
        await page.waitForLoadState('networkidle');
      });
      const bytes = sent.reduce((total, one) => total + one.bytes, 0);
      if (bytes > FIRST_VISIT || sent.some((one) => one.path.includes('/lib/'))) large.push({ path, bytes });
    }
    expect(large).toEqual([]);
  });

  test('downloads little on the first run, and only what the program uses', async () => {
    const pages = ['02-xor-layers', '03-mnist-mlp', '05-imdb'].map((name) => `tutorial/${name}.html`);
    const runs = await measureFirstRuns(site.folder, pages);
    expect(runs.filter(({ library }) => library > FIRST_RUN)).toEqual([]);
    expect(runs.map(({ firstStep }) => firstStep === null)).toEqual([false, false, false]);
  });

  test('measures manabi in the browser, with a row for each benchmark', async () => {
    await withPage(async (page) => {
      await open(page, 'benchmarks/index.html');
      const section = page.locator('.benchmarks');
      await section.locator('select').selectOption('cpu');
      await section.evaluate((element) => element.setAttribute('data-seconds', '0.02'));
      await section.getByRole('button', { name: 'Run the benchmarks here' }).click();
      await page.waitForFunction(() => document.querySelector<HTMLElement>('.benchmarks')?.dataset.state !== 'running');
      expect(await section.getByRole('status').textContent()).toBe(`Measured ${benchmarks} benchmarks.`);
      const rows = await section.locator('tbody tr').allTextContents();
      expect(rows).toHaveLength(benchmarks);
      // Each row has a time here and one in Node, and their ratio.
      for (const row of rows) expect(row).toMatch(/cpu[\d.]+ [mu]s[\d.]+ [mu]s[\d.]+×[\d.]+ [mu]s to [\d.]+ [mu]s/);
      expect(await section.locator('li').allTextContents()).toEqual([]);
      expect(errors).toEqual([]);
    });
  });

  test(
    'runs every program on the CPU, with the recorded output',
    async () => {
      const done = new Set<string>();
      const problems: unknown[] = [];
      for (const path of site.pages.filter((each) => !each.startsWith('reference/'))) {
        await withPage(async (page) => {
          await open(page, path);
          for (const { name, lines, error } of await runPrograms(
            page,
            'cpu',
            (each) => !done.has(each) && !slow.has(each),
          )) {
            done.add(name);
            const recording = readRecording(name);
            const difference =
              recording === null
                ? 'not recorded: run `npm run docs -- record`'
                : outputDifference(recording.lines, lines);
            if (error !== null || difference !== null) problems.push({ path, name, error, difference });
          }
          if (errors.length > 0) problems.push(errors);
        });
      }
      expect(problems).toEqual([]);
      expect(done.size).toBeGreaterThan(15);
    },
    LONG,
  );

  test('runs programs without cross-origin isolation', async () => {
    const plain = await serve(site.folder, { isolated: false });
    try {
      await withPage(async (page) => {
        await open(page, 'index.html', plain.address);
        expect(await page.evaluate(() => crossOriginIsolated)).toBe(false);
        const [run] = await runPrograms(page, 'auto');
        expect(run).toMatchObject({ backend: 'cpu', error: null });
        await open(page, 'index.html', server.address);
        expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
        expect(errors).toEqual([]);
      });
    } finally {
      plain.close();
    }
  });

  test('runs programs on several threads if pages are isolated', async () => {
    const plain = await serve(site.folder, { isolated: false });
    const program = [
      "import { getThreads, setThreads } from '@manabi/backend-cpu';",
      "import { matmul, ones, realize } from 'manabi';",
      'let started = 0;',
      'const { Worker } = self;',
      'self.Worker = class extends Worker { constructor(...given) { super(...given); started++; } };',
      'if (crossOriginIsolated) setThreads(3);',
      'const x = await realize(ones([640, 640]));',
      'let y = x;',
      'for (let i = 0; i < 12; i++) y = await realize(matmul(x, x));',
      'console.log(getThreads(), started, (await y.data())[7]);',
    ].join('\n');
    try {
      for (const [address, line] of [
        [server.address, '3 2 640\n'],
        [plain.address, '1 0 640\n'],
      ]) {
        await withPage(async (page) => {
          await open(page, 'index.html', address);
          const text = page.locator('.runnable .cm-content').first();
          await page.getByRole('button', { name: 'Edit' }).click();
          await text.waitFor();
          await text.click();
          await page.keyboard.press('ControlOrMeta+a');
          await page.keyboard.insertText(program);
          await page.getByRole('button', { name: 'Run', exact: true }).click();
          expect(await ended(page)).toBe('done');
          expect(await page.locator('.runnable-results .runnable-console').textContent()).toBe(line);
          expect(errors).toEqual([]);
        });
      }
    } finally {
      plain.close();
    }
  });

  test('runs programs on WebGPU', async () => {
    const withGpu = await openBrowser(true);
    try {
      await withPage(async (page) => {
        await open(page, 'tutorial/02-xor-layers.html');
        const [run] = await runPrograms(page, 'webgpu', (name) => name === '02-xor-layers');
        expect(run).toMatchObject({ backend: 'webgpu', error: null });
        expect(outputDifference(readRecording('02-xor-layers')?.lines ?? [], run.lines)).toBeNull();
        expect(errors).toEqual([]);
      }, withGpu);
    } finally {
      await withGpu.close();
    }
  });

  test('edits a program, shows the line of an error, and resets', async () => {
    await withPage(async (page) => {
      await open(page, 'index.html');
      const text = page.locator('.runnable .cm-content').first();
      const enter = async (program: string) => {
        await text.click();
        await page.keyboard.press('ControlOrMeta+a');
        await page.keyboard.insertText(program);
        await page.getByRole('button', { name: 'Run', exact: true }).click();
        return ended(page);
      };
      await page.getByRole('button', { name: 'Edit' }).click();
      await text.waitFor();
      expect(await enter("import { add } from 'manabi';\nconsole.log(await add(1, 2).item());")).toBe('done');
      expect(await page.locator('.runnable-results .runnable-console').textContent()).toBe('3\n');

      for (const [program, message] of [
        ["console.log('a');\nconst broken: number = ;", 'Line 2: SyntaxError: Unexpected token'],
        ["import { add } from 'manabi';\n\nadd([1], 'x' as never);", 'Line 3: ManabiError:'],
        ["import 'fs';", "Line 1: SyntaxError: The module 'fs' is not available in this page."],
        ["import { ad } from 'manabi';", "Line 1: SyntaxError: The module 'manabi' has no export 'ad'."],
      ]) {
        expect(await enter(program)).toBe('failed');
        expect(await page.getByRole('alert').textContent()).toContain(message);
      }
      // A program cannot send anything to another host.
      const fetching = [
        'const blocked = new Promise((resolve) => {',
        "  addEventListener('securitypolicyviolation', (event) => resolve(event.effectiveDirective));",
        '});',
        "await fetch('https://example.org/').catch(() => {});",
        'console.log(await blocked);',
      ];
      expect(await enter(fetching.join('\n'))).toBe('done');
      expect(await page.locator('.runnable-results .runnable-console').textContent()).toBe('connect-src\n');

      await enter("console.log('a');\nconst broken: number = ;");
      expect(await page.locator('.cm-line.error-line').textContent()).toBe('const broken: number = ;');
      await page.getByRole('button', { name: 'Reset' }).click();
      expect(await page.locator('.cm-editor').count()).toBe(0);
      expect(await page.locator('.recorded').first().isVisible()).toBe(true);
      expect(errors).toEqual([]);
    });
  });

  test('stops an endless loop, and runs again', async () => {
    await withPage(async (page) => {
      await open(page, 'index.html');
      await page.getByRole('button', { name: 'Edit' }).click();
      await page.locator('.cm-content').first().click();
      await page.keyboard.press('ControlOrMeta+Home');
      await page.keyboard.insertText("console.log('begins');\nfor (;;) {}\n");
      await page.getByRole('button', { name: 'Run', exact: true }).click();
      await page.getByText('begins').last().waitFor();
      await page.getByRole('button', { name: 'Stop' }).click();
      expect(await ended(page)).toBe('stopped');
      await page.getByRole('button', { name: 'Reset' }).click();
      const [run] = await runPrograms(page, 'cpu');
      expect(run.error).toBeNull();
    });
  });

  test('saves the trained model as .keras and ONNX files', async () => {
    await withPage(async (page) => {
      await open(page, 'tutorial/10-saving.html');
      await runPrograms(page, 'cpu', (name) => name === '10-saving');
      const files: Record<string, Buffer> = {};
      for (const format of ['.keras', '.onnx']) {
        const waiting = page.waitForEvent('download');
        await page.getByRole('button', { name: format, exact: true }).first().click();
        const download = await waiting;
        files[download.suggestedFilename()] = await readFile(await download.path());
      }
      expect(Object.keys(files)).toEqual(['10-saving.keras', '10-saving.onnx']);
      // A .keras file is a ZIP archive; an ONNX file names its operators.
      expect(files['10-saving.keras'].subarray(0, 2).toString()).toBe('PK');
      expect(files['10-saving.onnx'].toString('latin1')).toContain('Gemm');
    });
  });

  test('says so if the library cannot be downloaded, and runs after that', async () => {
    await withPage(async (page, context) => {
      await open(page, 'index.html');
      await context.route('**/worker.js', (route) => route.abort());
      const [failed] = await runPrograms(page, 'cpu');
      expect(failed.error).not.toBeNull();
      expect(await page.getByRole('alert').textContent()).toContain('could not be loaded');
      await context.unroute('**/worker.js');
      const [run] = await runPrograms(page, 'cpu');
      expect(run.error).toBeNull();
    });
  });

  test.each(Object.entries(demoChecks))('the demo %s trains, responds, pauses and resets', async (name, check) => {
    await withPage(async (page, context) => {
      await context.addInitScript({ path: axe });
      sent = [];
      await open(page, `demos/${name}.html`);
      await page.waitForLoadState('networkidle');
      expect(sent.filter(({ path }) => path.includes('/lib/'))).toEqual([]);

      const demo = new DemoPage(page);
      await demo.start('cpu');
      await check(demo);
      await demo.pause();
      const paused = await demo.progress();
      await page.addStyleTag({ content: '* { transition: none !important; }' });
      const problems: unknown[] = [];
      for (const dark of [false, true]) {
        await page.evaluate((isDark) => document.documentElement.classList.toggle('dark', isDark), dark);
        problems.push(...(await violations(page)));
      }
      await page.setViewportSize({ width: 375, height: 800 });
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(375);
      expect(problems).toEqual([]);
      expect(await demo.progress()).toBe(paused);
      await demo.resume();
      await demo.waitForProgress((progress) => progress > paused);
      await demo.reset();
      expect(errors).toEqual([]);
    });
  });

  test('demos run on WebGPU', async () => {
    const withGpu = await openBrowser(true);
    try {
      await withPage(async (page) => {
        await open(page, 'demos/embeddings.html');
        const demo = new DemoPage(page);
        await demo.start('webgpu');
        await demo.waitForProgress((progress) => progress > 5);
        expect(await page.locator('.demo-status').textContent()).toBe('Training on webgpu.');
        expect(errors).toEqual([]);
      }, withGpu);
    } finally {
      await withGpu.close();
    }
  });

  test('the demo pictures learns the pictures of files, classifies new ones, and writes its network', async () => {
    await withPage(async (page, context) => {
      await context.addInitScript({ path: axe });
      sent = [];
      await open(page, 'demos/pictures.html');
      await page.waitForLoadState('networkidle');
      const demo = new DemoPage(page);
      await checkPictures(demo, () => expect(sent.filter(({ path }) => path.includes('/lib/'))).toEqual([]));
      await page.addStyleTag({ content: '* { transition: none !important; }' });
      for (const dark of [false, true]) {
        await page.evaluate((isDark) => document.documentElement.classList.toggle('dark', isDark), dark);
        expect(await violations(page)).toEqual([]);
      }
      await page.setViewportSize({ width: 375, height: 800 });
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(375);
      await demo.reset();
      expect(errors).toEqual([]);
    });
  });

  test('the demo pictures learns what the camera sees', async () => {
    const withCamera = await openBrowser(false, true);
    try {
      await withPage(async (page, context) => {
        await context.addInitScript({ path: axe });
        await open(page, 'demos/pictures.html');
        const demo = new DemoPage(page);
        await checkCamera(demo);
        expect(await violations(page)).toEqual([]);
        await demo.press('Stop the camera');
        await page.locator('video').waitFor({ state: 'detached' });
        expect(await page.getByRole('button', { name: 'Take pictures of' }).count()).toBe(0);
        expect(errors).toEqual([]);
      }, withCamera);
    } finally {
      await withCamera.close();
    }
  });

  test('the plan explorer measures the steps of a GPU', async () => {
    const withGpu = await openBrowser(true);
    try {
      await withPage(async (page) => {
        await open(page, 'demos/plan.html');
        await page.getByLabel('Machine').selectOption('webgpu');
        await page.getByRole('button', { name: 'Start' }).click();
        await page.getByText('Shortest of 10 runs').waitFor();
        expect(await page.locator('.plan-steps li').first().textContent()).toMatch(/(µs|ms), \d+ %/);
        expect(errors).toEqual([]);
      }, withGpu);
    } finally {
      await withGpu.close();
    }
  });

  test('a demo says so if the library cannot be downloaded, and starts after that', async () => {
    await withPage(async (page, context) => {
      await open(page, 'demos/decision-boundaries.html');
      const demo = new DemoPage(page);
      await context.route('**/demo-decision-boundaries.js', (route) => route.abort());
      await demo.press('Start');
      await page.getByRole('alert').waitFor();
      expect(await page.getByRole('alert').textContent()).toContain('could not be loaded');
      await context.unroute('**/demo-decision-boundaries.js');
      await demo.start('cpu');
    });
  });

  test('the plan explorer compiles networks, measures their steps, and shows errors of edited ones', async () => {
    await withPage(async (page, context) => {
      await context.addInitScript({ path: axe });
      sent = [];
      await open(page, 'demos/plan.html');
      await page.waitForLoadState('networkidle');
      expect(sent.filter(({ path }) => path.includes('/lib/'))).toEqual([]);
      await checkPlan(page);
      await page.addStyleTag({ content: '* { transition: none !important; }' });
      for (const dark of [false, true]) {
        await page.evaluate((isDark) => document.documentElement.classList.toggle('dark', isDark), dark);
        expect(await violations(page)).toEqual([]);
      }
      await page.setViewportSize({ width: 375, height: 800 });
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(375);
      await page.getByRole('button', { name: 'Reset' }).click();
      await page.locator('.demo[data-state="ready"]').waitFor();
      expect(await page.locator('.plan-steps').count()).toBe(0);
      expect(errors).toEqual([]);
    });
  });

  test('finds pages by words in their text', async () => {
    await withPage(async (page) => {
      await open(page, 'index.html');
      await page.keyboard.press('Control+k');
      await page.locator('.VPLocalSearchBox input').fill('early stopping');
      await page.locator('.VPLocalSearchBox .result').first().waitFor();
      const links = await page
        .locator('.VPLocalSearchBox a.result')
        .evaluateAll((found) => found.map((link) => link.getAttribute('href')));
      expect(links.join(' ')).toContain('04-mnist-cnn');
      expect(errors).toEqual([]);
    });
  });

  test('finds Japanese pages by parts of words', async () => {
    await withPage(async (page) => {
      await open(page, 'ja/tutorial/index.html');
      await page.getByRole('button', { name: '検索' }).click();
      for (const [query, chapter] of [
        ['勾配', '01-xor-by-hand'],
        ['逆伝播', '01-xor-by-hand'],
        ['ニューラル', '04-mnist-cnn'],
        ['学習率', '01-xor-by-hand'],
      ]) {
        await page.locator('.VPLocalSearchBox input').fill(query);
        const link = page.locator(`.VPLocalSearchBox a.result[href*="/ja/tutorial/${chapter}"]`).first();
        await link.waitFor();
        expect(await link.textContent()).not.toBe('');
      }
      expect(errors).toEqual([]);
    });
  });

  test('changes the language of a page, and runs its programs in Japanese', async () => {
    await withPage(async (page) => {
      await open(page, 'tutorial/02-xor-layers.html');
      const link = page.locator('.VPNavBarTranslations a');
      expect(await link.getAttribute('href')).toBe('/ja/tutorial/02-xor-layers.html');
      await link.dispatchEvent('click');
      await page.waitForURL('**/ja/tutorial/02-xor-layers.html');
      await page.getByRole('heading', { level: 1, name: '層とfit' }).waitFor();
      expect(await page.evaluate(() => document.documentElement.lang)).toBe('ja');
      await page.getByRole('button', { name: '実行' }).first().click();
      await page.getByText('完了しました').first().waitFor();
      expect(await page.locator('.VPNavBarTranslations a').getAttribute('href')).toBe('/tutorial/02-xor-layers.html');
      expect(errors).toEqual([]);
    });
  });
});

/** Returns the violations of accessibility rules in a page, with the first element of each. */
function violations(page: Page): Promise<readonly { readonly id: string; readonly html: string }[]> {
  return page.evaluate(async () => {
    // Defined by the init script.
    const { axe } = globalThis as unknown as { readonly axe: typeof import('axe-core') };
    const { violations } = await axe.run(document, { resultTypes: ['violations'] });
    return violations.map(({ id, nodes }) => ({
      id,
      html: `${nodes[0]?.html} ${nodes[0]?.failureSummary} (${nodes.length})`,
    }));
  });
}
