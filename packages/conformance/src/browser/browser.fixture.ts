import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, test } from '@jest/globals';
import { build } from 'esbuild';
import { type Browser, chromium, type Page } from 'playwright-core';

/** Names under which systems install Chromium and its kin. */
const commands = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'microsoft-edge'];

/** Nothing of the browser's own reaches for the network; without a sandbox of its own it also runs as root. */
const flags = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // WebGPU on the CPU: Chromium offers it on Linux by this flag alone.
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
];

/** The browser that tests run in: what `MANABI_CHROMIUM` says, else the first that is on the path. */
function browserPath(): string | undefined {
  if (process.env.MANABI_CHROMIUM !== undefined) return process.env.MANABI_CHROMIUM;
  const folders = (process.env.PATH ?? '').split(delimiter);
  return commands.flatMap((name) => folders.map((folder) => join(folder, name))).find(existsSync);
}

/**
 * A `describe` for tests in a page of a real browser. Where there is none, one test is skipped that says so by name; with
 * `MANABI_REQUIRE_BROWSER=1` it fails.
 *
 * @param program module that the page runs, absolute; it is bundled from source
 * @param tests gets the page, which is there while tests run
 * @param globalName name of the page's global that holds the exports of the program
 */
export function describeInBrowser(
  name: string,
  program: string,
  tests: (page: () => Page) => void,
  globalName = 'manabi',
): void {
  const executablePath = browserPath();
  if (executablePath === undefined) {
    const missing = 'needs a browser: install Chromium, or set MANABI_CHROMIUM to its path';
    const required = process.env.MANABI_REQUIRE_BROWSER === '1';
    describe(name, () => {
      if (!required) test.skip(missing, () => {});
      else test(missing, () => Promise.reject(new Error('MANABI_REQUIRE_BROWSER is 1, and there is no browser.')));
    });
    return;
  }
  describe(name, () => {
    let server: Server | undefined;
    let browser: Browser | undefined;
    let page: Page | undefined;

    beforeAll(async () => {
      server = await serve(await bundled(program, globalName));
      browser = await chromium.launch({ executablePath, headless: true, args: flags });
      page = await browser.newPage();
      await page.goto(addressOf(server));
      await page.waitForFunction((wanted) => wanted in globalThis, globalName);
    });
    afterAll(async () => {
      await browser?.close();
      server?.close();
    });
    tests(() => {
      if (page === undefined) throw new Error('The page is there while tests run.');
      return page;
    });
  });
}

/** What a page's author serves: one script. What the module exports is the page's global `manabi`. */
async function bundled(program: string, globalName: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [program],
    bundle: true,
    minify: true,
    format: 'iife',
    globalName,
    platform: 'browser',
    target: 'es2022',
    conditions: ['@manabi/source'],
    write: false,
    logLevel: 'silent',
  });
  return outputFiles[0].text;
}

async function serve(script: string): Promise<Server> {
  const html = '<!doctype html><meta charset="utf-8"><title>manabi</title><script src="/page.js"></script>';
  const server = createServer((request, response) => {
    const isScript = request.url === '/page.js';
    response.writeHead(200, { 'content-type': isScript ? 'text/javascript' : 'text/html' });
    response.end(isScript ? script : html);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return server;
}

function addressOf(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return `http://127.0.0.1:${address.port}/`;
}
