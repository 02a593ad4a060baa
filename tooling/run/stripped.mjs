import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** @param {readonly string[]} texts */
const digestOf = (...texts) => createHash('sha1').update(texts.join('\0')).digest('hex');

/** Digest of everything that determines how types are stripped: the version of esbuild, and this file. */
const tools = digestOf(
  ...[createRequire(import.meta.url).resolve('esbuild/package.json'), fileURLToPath(import.meta.url)].map((file) =>
    readFileSync(file, 'utf8'),
  ),
);

/**
 * Strips the types of a TypeScript file. Programs load several hundred files, so the result for a file of the repository
 * is cached in `node_modules`: a process that loads all layers starts in two thirds of the time.
 *
 * @param {string} file path
 * @param {string} root folder whose files are cached
 * @returns {Promise<string>} JavaScript, with a source map
 */
export async function stripped(file, root) {
  const source = readFileSync(file, 'utf8');
  if (!file.startsWith(root) || file.includes(`${sep}node_modules${sep}`)) return strip(file, source);
  const folder = join(root, 'node_modules', '.cache', 'manabi-stripped');
  const kept = join(folder, digestOf(file));
  // The first line identifies the source of the result. Each file has one result, so that old ones do not accumulate.
  const mark = `// ${digestOf(tools, source)}\n`;
  try {
    const text = readFileSync(kept, 'utf8');
    if (text.startsWith(mark)) return text.slice(mark.length);
  } catch {
    // No result is cached yet.
  }
  const code = await strip(file, source);
  const written = `${kept}.${process.pid}.${process.hrtime.bigint()}`;
  mkdirSync(folder, { recursive: true });
  writeFileSync(written, mark + code);
  renameSync(written, kept);
  return code;
}

/**
 * @param {string} file
 * @param {string} source
 */
async function strip(file, source) {
  const { transform } = await import('esbuild');
  const { code } = await transform(source, {
    loader: 'ts',
    format: 'esm',
    target: 'node20',
    sourcemap: 'inline',
    sourcefile: file,
  });
  return code;
}
