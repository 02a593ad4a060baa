import { gzipSync } from 'node:zlib';
import { browserFlags, browserPath } from '@tooling/run/browser';
import { chromium, type Page } from 'playwright-core';

/** A page that a check has opened. */
export interface OpenPage {
  readonly page: Page;
  /** Bytes that the page and its workers have downloaded, without archives, as a server sends them compressed. */
  readonly downloaded: () => number;
}

/**
 * Opens a page in a browser.
 *
 * @param use uses the page, and returns the problems that it finds
 * @returns the problems that `use` found, and a message for each error or warning in the page's console
 */
export async function inBrowser(
  address: string,
  use: (opened: OpenPage) => Promise<readonly string[]>,
): Promise<readonly string[]> {
  const browser = await chromium.launch({ executablePath: browserPath(), headless: true, args: [...browserFlags] });
  try {
    const page = await browser.newPage();
    const problems: string[] = [];
    let bytes = 0;
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) problems.push(`console: ${message.text()}`);
    });
    page.on('pageerror', (error) => problems.push(`page: ${error.message}`));
    page.context().on('requestfailed', (request) => problems.push(`request: ${request.url()} failed`));
    page.context().on('response', async (response) => {
      if (response.url().endsWith('.gz')) return;
      const body = await response.body().catch(() => null);
      if (body !== null) bytes += gzipSync(body, { level: 9 }).length;
    });
    await page.goto(address);
    const found = await use({ page, downloaded: () => bytes });
    return [...problems, ...found];
  } finally {
    await browser.close();
  }
}

/** Returns whether there is a browser; throws an error if there must be one. */
export function hasBrowser(): boolean {
  if (browserPath() !== undefined) return true;
  if (process.env.MANABI_REQUIRE_BROWSER === '1') {
    throw new Error('There is no browser, and MANABI_REQUIRE_BROWSER=1 requires one. Set MANABI_CHROMIUM to its path.');
  }
  console.log('Pages of templates were not opened, because there is no browser.');
  return false;
}
