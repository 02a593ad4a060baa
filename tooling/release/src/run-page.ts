import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Chunk } from './page-bundle.ts';

/** Files that a page downloads. */
export interface PageDownload {
  /** Files downloaded before the program of the page starts: the entry and its imports. */
  readonly initial: readonly Chunk[];
  /** All files downloaded until the program of the page ends. */
  readonly total: readonly Chunk[];
}

/**
 * Runs a page, and returns what it downloads.
 *
 * @param files files that the page fetches; each key is the end of a URL
 * @param modules URLs of modules that are imported before the page
 * @throws Error if the program of the page fails
 */
export async function runPage(
  chunks: readonly Chunk[],
  files: Readonly<Record<string, Uint8Array>>,
  modules: readonly string[] = [],
): Promise<PageDownload> {
  const entry = chunks.find(({ isEntry }) => isEntry);
  if (entry === undefined) throw new Error('The bundle has no entry.');
  const folder = await mkdtemp(join(tmpdir(), 'manabi-page-'));
  try {
    for (const { file, code } of chunks) {
      await writeFile(join(folder, file), `(globalThis.downloads ??= []).push(${JSON.stringify(file)});\n${code}`);
    }
    for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes);
    await writeFile(join(folder, 'package.json'), '{"type":"module"}');
    await writeFile(join(folder, 'run.mjs'), runner(entry.file, Object.keys(files), modules));
    const { stdout } = await promisify(execFile)(process.execPath, [join(folder, 'run.mjs')], { cwd: folder });
    const names: unknown = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
    const downloaded = Array.isArray(names) ? names : [];
    return { initial: withImports(entry, chunks), total: chunks.filter(({ file }) => downloaded.includes(file)) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Returns a program that runs a page, reads `files` when the page fetches URLs, and prints the chunks that the page
 * imported.
 */
function runner(entry: string, files: readonly string[], modules: readonly string[]): string {
  return `import { readFile } from 'node:fs/promises';
${modules.map((url) => `import ${JSON.stringify(url)};\n`).join('')}const files = ${JSON.stringify(files)};
globalThis.fetch = async (url) => {
  const file = files.find((name) => String(url.url ?? url).endsWith(name));
  return file === undefined ? new Response(null, { status: 404 }) : new Response(await readFile(file));
};
await import('./${entry}');
console.log(JSON.stringify(globalThis.downloads));
`;
}

/** Returns a chunk and all chunks that it imports statically, directly or indirectly. */
function withImports(entry: Chunk, chunks: readonly Chunk[]): readonly Chunk[] {
  const files = new Set([entry.file]);
  for (const file of files) {
    for (const next of chunks.find((chunk) => chunk.file === file)?.imports ?? []) files.add(next);
  }
  return chunks.filter(({ file }) => files.has(file));
}
