import { openBrowser } from './browser/open-browser.ts';
import { mounted } from './browser/run-programs.ts';
import { serve } from './server/serve.ts';

/** What the first visit of a page and the first run of its first program take. */
export interface FirstRun {
  readonly page: string;
  /** Bytes that the page downloads, compressed. */
  readonly visit: number;
  /** Bytes that Run downloads: the library, compressed and raw, and data such as images. */
  readonly library: number;
  readonly data: number;
  readonly files: number;
  /** Milliseconds from Run to the program, to its first training step (null without training), and to its end. */
  readonly started: number;
  readonly firstStep: number | null;
  readonly done: number;
}

/** Measures the first run of pages of a site, each in a new browser profile. Pages without a program that runs there are left out. */
export async function measureFirstRuns(site: string, pages: readonly string[]): Promise<readonly FirstRun[]> {
  let sent: { readonly path: string; readonly bytes: number }[] = [];
  const server = await serve(site, { onResponse: (path, bytes) => sent.push({ path, bytes }) });
  const browser = await openBrowser(false);
  const results: FirstRun[] = [];
  try {
    for (const page of pages) {
      const context = await browser.newContext();
      const tab = await context.newPage();
      sent = [];
      await tab.goto(server.address + page);
      await mounted(tab);
      await tab.waitForLoadState('networkidle');
      const visit = total(sent);
      sent = [];
      const times = await tab.evaluate(runFirst, /([\w-]+)\.html$/.exec(page)?.[1] ?? '');
      if (times === null) continue;
      // Pages also download other pages, to which they link.
      const run = sent.filter(({ path }) => path.includes('/lib/'));
      const isData = ({ path }: { readonly path: string }) => /\/(mnist|data)\//.test(path);
      const library = run.filter((one) => !isData(one));
      results.push({
        page,
        visit,
        library: total(library),
        data: total(run.filter(isData)),
        files: library.length,
        ...times,
      });
      await context.close();
    }
  } finally {
    await browser.close();
    server.close();
  }
  return results;
}

function total(sent: readonly { readonly bytes: number }[]): number {
  return sent.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** Presses Run of the program with a name, or of the first one of a page, on the CPU, and returns when what happened. Runs in the page. */
function runFirst(name: string): Promise<Pick<FirstRun, 'started' | 'firstStep' | 'done'> | null> {
  return new Promise((resolve, reject) => {
    const programs = Array.from(document.querySelectorAll<HTMLElement>('.runnable:has(.runnable-bar)'));
    const root = programs.find(({ dataset }) => dataset.name === name) ?? programs[0];
    if (root === undefined) return resolve(null);
    const select = root.querySelector('select');
    const button = root.querySelector<HTMLElement>('.runnable-bar button.primary');
    if (!select || !button) return reject(new Error('The page has no program that runs in pages.'));
    select.value = 'cpu';
    const begin = performance.now();
    let started = 0;
    let firstStep: number | null = null;
    root.addEventListener('manabi:message', (event) => {
      if (!(event instanceof CustomEvent)) return;
      const now = performance.now() - begin;
      if (event.detail.type === 'started') started = now;
      if (event.detail.type === 'points') firstStep ??= now;
      if (event.detail.type === 'failed') reject(new Error(event.detail.error.message));
      // The first step is enough for programs that train long.
      if (event.detail.type === 'done' || firstStep !== null) resolve({ started, firstStep, done: now });
    });
    button.click();
  });
}
