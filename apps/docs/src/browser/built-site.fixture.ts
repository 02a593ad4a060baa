import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { runInNode } from '@manabi/testing';

/** A built site in a temporary folder. */
export interface BuiltSite {
  readonly folder: string;
  /** Paths of all pages, such as `tutorial/02-xor-layers.html`. */
  readonly pages: readonly string[];
  remove(): void;
}

/**
 * Builds the site in another process.
 *
 * @param withReference whether to build the pages of the API reference, which takes minutes
 */
export async function buildSite(withReference: boolean): Promise<BuiltSite> {
  const folder = mkdtempSync(join(tmpdir(), 'manabi-site-'));
  const { code, stdout, stderr } = await runInNode(new URL('../main.ts', import.meta.url), {
    args: ['build'],
    env: { MANABI_DOCS_OUT: folder, MANABI_DOCS_REFERENCE: withReference ? 'on' : 'off' },
    timeout: 1_200_000,
  });
  if (code !== 0) throw new Error(`The site could not be built:\n${stdout}\n${stderr}`);
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const pages = entries
    .filter(({ name }) => name.endsWith('.html'))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
  return { folder, pages, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
