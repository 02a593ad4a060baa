import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { browserPath } from './browser-path.ts';
import { bundlePage } from './bundle-page.ts';
import { type Contestant, npmFolder } from './contestants.ts';
import { nameOfPackage } from './installation.ts';
import { servePage } from './page-server.ts';
import { parseReply, type Reply, type Request } from './protocol.ts';
import { REPLY_MS, type RunnerOptions, type RunnerProcess } from './runner-process.ts';
import type { RunnerInPage } from './runners/serve-in-page.ts';

declare global {
  /** The runner, defined only in the page. */
  var manabiBench: RunnerInPage;
}

/** Browser flags: no background network access, no sandbox, which allows running as root, and WebGPU on Linux. */
const flags = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--enable-unsafe-webgpu',
];

/**
 * Starts the runner of a contestant in a page of its own browser, and speaks the protocol with it, one line per call.
 *
 * @throws Error if no browser is found, or the page ends or times out before the runner is ready
 */
export async function startRunnerPage(contestant: Contestant, { adapter }: RunnerOptions): Promise<RunnerProcess> {
  const packages = contestant.packages.map(nameOfPackage);
  const { scripts, peers } = await bundlePage(contestant, packages);
  const server = await servePage(scripts, '/runner.js');
  const args = adapter === null ? flags : [...flags, `--use-webgpu-adapter=${adapter}`];
  const browser = await chromium.launch({ executablePath: browserPath(), headless: true, args });
  let alive = true;
  const close = async () => {
    alive = false;
    server.close();
    await browser.close();
  };
  try {
    const page = await browser.newPage();
    let crash: (error: Error) => void = () => {};
    const crashed = new Promise<never>((_, reject) => {
      crash = reject;
    });
    crashed.catch(() => {});
    const fail = (message: string) => {
      alive = false;
      crash(new Error(message));
    };
    page.on('crash', () => fail('The page crashed.'));
    browser.on('disconnected', () => fail('The browser ended.'));
    await page.goto(server.address);
    await page.waitForFunction(() => 'manabiBench' in globalThis);
    const within = async (line: Promise<string>): Promise<Reply> => {
      const timer = setTimeout(() => {
        fail(`No reply within ${REPLY_MS / 1000} s.`);
        browser.close().catch(() => {});
      }, REPLY_MS);
      try {
        const reply = parseReply(await Promise.race([line, crashed]));
        if (reply === null) throw new Error('The page sent no reply of the protocol.');
        return reply;
      } finally {
        clearTimeout(timer);
      }
    };
    const settings = { variant: contestant.variant, peers, versions: versionsOf(packages) };
    const ready = await within(page.evaluate((given) => manabiBench.start(given), settings));
    if (ready.reply === 'failed') throw new Error(ready.message);
    if (ready.reply !== 'ready') throw new Error(`Unexpected reply '${ready.reply}' before 'ready'.`);
    return {
      version: ready.version,
      threads: ready.threads,
      note: ready.note,
      adapter: ready.adapter,
      ask: (request: Exclude<Request, { do: 'quit' }>) =>
        within(page.evaluate((line) => manabiBench.answer(line), JSON.stringify(request))),
      isAlive: () => alive,
      quit: close,
    };
  } catch (error) {
    await close();
    throw error;
  }
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
