import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll } from '@jest/globals';
import { browserRequirement, describeWhere } from '@manabi/testing';
import { browserFlags, browserPath } from '@tooling/run/browser';
import { build, type Plugin } from 'esbuild';
import { type Browser, chromium, type Page } from 'playwright-core';

/** Returns the content of a file by its path on the server; undefined if the server does not have it. */
export type ServedFiles = (path: string) => Promise<string | Uint8Array | undefined>;

/** Options of `describeInBrowser`. */
export interface PageOptions {
  /** Name of the global in the page that holds the exports of the program. Default: `manabi`. */
  readonly globalName?: string;
  /** Returns the content of a further file that the server has, by its path, such as '/weights/model.json'. */
  readonly files?: ServedFiles;
  /** Headers of the page and its script. Default: none. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether the program may import modules of Node, which are empty in the page. Default: false. */
  readonly importsNode?: boolean;
}

/** Browser flags, with WebGPU computed on the CPU. */
const flags = [...browserFlags, '--use-webgpu-adapter=swiftshader'];

/**
 * Defines tests that run in a page of a real browser. Without a browser, they are reported as skipped; see `describeWhere`.
 *
 * @param program absolute path of the module that the page runs, bundled from source
 * @param tests defines the tests; its parameter returns the page while tests run
 */
export function describeInBrowser(
  name: string,
  program: string,
  tests: (page: () => Page) => void,
  {
    globalName = 'manabi',
    files = () => Promise.resolve(undefined),
    headers = {},
    importsNode = false,
  }: PageOptions = {},
): void {
  describeWhere(browserRequirement, name, () => {
    let server: Server | undefined;
    let browser: Browser | undefined;
    let page: Page | undefined;

    beforeAll(async () => {
      server = await serve(await bundled(program, globalName, importsNode), files, headers);
      browser = await chromium.launch({ executablePath: browserPath(), headless: true, args: flags });
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
async function bundled(program: string, globalName: string, importsNode: boolean): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [program],
    bundle: true,
    minify: true,
    format: 'iife',
    globalName,
    platform: 'browser',
    target: 'es2022',
    conditions: ['@manabi/source'],
    plugins: importsNode ? [emptyNode] : [],
    write: false,
    logLevel: 'silent',
  });
  return outputFiles[0].text;
}

/** Replaces modules of Node by empty ones. */
const emptyNode: Plugin = {
  name: 'empty modules of Node',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^node:/ }, ({ path }) => ({ path, namespace: 'empty' }));
    onLoad({ filter: /^/, namespace: 'empty' }, () => ({ contents: 'module.exports = {};' }));
  },
};

async function serve(script: string, files: ServedFiles, headers: Readonly<Record<string, string>>): Promise<Server> {
  const html = '<!doctype html><meta charset="utf-8"><title>manabi</title><script src="/page.js"></script>';
  const server = createServer(async (request, response) => {
    const path = request.url ?? '/';
    if (path === '/page.js') {
      response.writeHead(200, { ...headers, 'content-type': 'text/javascript' }).end(script);
    } else if (path === '/') {
      response.writeHead(200, { ...headers, 'content-type': 'text/html' }).end(html);
    } else {
      const content = await files(path).catch(() => undefined);
      response.writeHead(content === undefined ? 404 : 200, { 'content-type': contentTypeOf(path) });
      response.end(content);
    }
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return server;
}

/** Returns the content type of a file. Browsers run modules only with the type of JavaScript. */
function contentTypeOf(path: string): string {
  if (path.endsWith('.mjs')) return 'text/javascript';
  return path.endsWith('.wasm') ? 'application/wasm' : 'application/octet-stream';
}

function addressOf(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return `http://127.0.0.1:${address.port}/`;
}
