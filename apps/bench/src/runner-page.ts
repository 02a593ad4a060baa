import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { browserFlags, browserPath } from '@tooling/run/browser';
import { type Browser, chromium, type Page } from 'playwright-core';
import { bundlePage } from './bundle-page.ts';
import { type Contestant, npmFolder } from './contestants.ts';
import { nameOfPackage } from './installation.ts';
import { servePage } from './page-server.ts';
import { parseReply, type Reply } from './protocol.ts';
import { REPLY_MS, type RunnerOptions, type RunnerProcess } from './runner-process.ts';
import type { RunnerInPage } from './runners/serve-in-page.ts';

declare global {
  /** The runner, defined only in the page. */
  var manabiBench: RunnerInPage;
}

/**
 * Starts the runner of a contestant in a page of its own browser, and speaks the protocol with it, one line per call.
 *
 * @throws Error if no browser is found, or the page ends or times out before the runner is ready
 */
export async function startRunnerPage(
  contestant: Contestant,
  { adapter, threads }: RunnerOptions,
): Promise<RunnerProcess> {
  const packages = contestant.packages.map(nameOfPackage);
  const { scripts, peers } = await bundlePage(contestant, packages);
  const executablePath = browserPath();
  if (executablePath === undefined) {
    throw new Error('No browser found. Install Chromium, or set MANABI_CHROMIUM to its path.');
  }
  const args = [...browserFlags, ...(adapter === null ? [] : [`--use-webgpu-adapter=${adapter}`])];
  const browser = await chromium.launch({ executablePath, headless: true, args });
  const server = await servePage(scripts, '/runner.js', threads > 1);
  const quit = async () => {
    await browser.close();
    server.close();
  };
  try {
    const page = await browser.newPage();
    const { replyOf, isAlive } = replies(browser, page);
    await page.goto(server.address);
    await page.waitForFunction(() => 'manabiBench' in globalThis);
    const settings = { variant: contestant.variant, threads, peers, versions: versionsOf(packages) };
    const ready = await replyOf(page.evaluate((given) => manabiBench.start(given), settings));
    if (ready.reply === 'failed') throw new Error(ready.message);
    if (ready.reply !== 'ready') throw new Error(`Unexpected reply '${ready.reply}' before 'ready'.`);
    return {
      version: ready.version,
      threads: ready.threads,
      note: ready.note,
      adapter: ready.adapter,
      ask: (request) => replyOf(page.evaluate((line) => manabiBench.answer(line), JSON.stringify(request))),
      isAlive,
      quit,
    };
  } catch (error) {
    await quit();
    throw error;
  }
}

/** Reads the replies of a page; a page that does not reply in time is closed with its browser. */
function replies(browser: Browser, page: Page) {
  let failure: Error | null = null;
  let reject: (error: Error) => void = () => {};
  const ended = new Promise<never>((_, rejected) => {
    reject = rejected;
  });
  // Pages that end while no reply is awaited are reported with the next request.
  ended.catch(() => {});
  const fail = (message: string) => {
    failure ??= new Error(message);
    reject(failure);
  };
  page.on('crash', () => fail('The page crashed.'));
  browser.on('disconnected', () => fail('The browser ended.'));
  const replyOf = async (line: Promise<string>): Promise<Reply> => {
    const timer = setTimeout(() => {
      fail(`No reply within ${REPLY_MS / 1000} s.`);
      void browser.close();
    }, REPLY_MS);
    try {
      const reply = parseReply(await Promise.race([line, ended]));
      if (reply === null) throw new Error('The page sent no reply of the protocol.');
      return reply;
    } finally {
      clearTimeout(timer);
    }
  };
  return { replyOf, isAlive: () => failure === null };
}

/** Returns the installed versions of packages by name. */
function versionsOf(packages: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    packages.map((name) => {
      const manifest: { readonly version: string } = JSON.parse(
        readFileSync(join(npmFolder, 'node_modules', name, 'package.json'), 'utf8'),
      );
      return [name, manifest.version];
    }),
  );
}
