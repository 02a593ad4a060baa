import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, test } from '@jest/globals';
import { build } from 'esbuild';
import { type Browser, chromium, type Page } from 'playwright-core';

/** Command names of Chromium-based browsers. */
const commands = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'microsoft-edge'];

/** Browser flags: no background network access, and no sandbox, which allows running as root. */
const flags = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // Enables WebGPU computed on the CPU, which Chromium on Linux does not enable by default.
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
];

/** Returns the path of the browser: `MANABI_CHROMIUM`, or the first command found on the PATH. */
function browserPath(): string | undefined {
  if (process.env.MANABI_CHROMIUM !== undefined) return process.env.MANABI_CHROMIUM;
  const folders = (process.env.PATH ?? '').split(delimiter);
  return commands.flatMap((name) => folders.map((folder) => join(folder, name))).find(existsSync);
}

/**
 * Defines tests that run in a page of a real browser. Without a browser, a single skipped test reports the missing browser;
 * with `MANABI_REQUIRE_BROWSER=1`, it fails.
 *
 * @param program absolute path of the module that the page runs, bundled from source
 * @param tests defines the tests; its parameter returns the page while tests run
 * @param globalName name of the global in the page that holds the exports of the program
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
      else
        test(missing, () =>
          Promise.reject(
            new Error('No browser found, but MANABI_REQUIRE_BROWSER is 1. Install Chromium or set MANABI_CHROMIUM.'),
          ),
        );
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
      if (page === undefined) throw new Error('The page is available only while tests run.');
      return page;
    });
  });
}

/** Bundles a module into one script that assigns its exports to a global of the page. */
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
