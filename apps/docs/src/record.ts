import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { openBrowser } from './browser/open-browser.ts';
import { runPrograms } from './browser/run-programs.ts';
import { recordings } from './markdown/recorded-output.ts';
import { thinCurves } from './plots/thin-curves.ts';
import { serve } from './server/serve.ts';

/**
 * Runs the programs of all pages of a built site on the CPU, and writes what they print and draw to `recorded/`. The next build
 * shows it in the pages.
 *
 * @param wanted names of programs; all if empty
 */
export async function record(site: string, wanted: readonly string[]): Promise<void> {
  const [server, browser] = await Promise.all([serve(site), openBrowser(false)]);
  try {
    const page = await browser.newPage();
    const done = new Set<string>();
    await mkdir(recordings, { recursive: true });
    for (const path of await pagesWithPrograms(site)) {
      await page.goto(server.address + path);
      const chosen = (name: string) => !done.has(name) && (wanted.length === 0 || wanted.includes(name));
      for (const { name, lines, points, error } of await runPrograms(page, 'cpu', chosen)) {
        if (error !== null) throw new Error(`${name} failed: ${error.name}: ${error.message}`);
        done.add(name);
        await writeFile(join(recordings, `${name}.json`), `${JSON.stringify({ lines, curves: thinCurves(points) })}\n`);
        console.log(`recorded ${name}`);
      }
    }
  } finally {
    await browser.close();
    server.close();
  }
}

/** Returns the pages of a site that contain programs, as paths in the site. */
async function pagesWithPrograms(site: string): Promise<readonly string[]> {
  const entries = await readdir(site, { recursive: true, withFileTypes: true });
  const files = entries.filter(({ name }) => name.endsWith('.html')).map((entry) => join(entry.parentPath, entry.name));
  const found: string[] = [];
  for (const file of files.sort()) {
    if ((await readFile(file, 'utf8')).includes('data-program=')) found.push(relative(site, file));
  }
  return found;
}
