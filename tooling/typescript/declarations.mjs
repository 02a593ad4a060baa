// Rewrites the declarations that TypeScript emitted to `dist`, so that older versions and programs with fewer libraries can
// read them. Run it in the folder of a package after its build.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Returns a declaration file that TypeScript 5.4 can read. Typed arrays have a type parameter since TypeScript 5.7 only:
 * `ReturnType<Float32Array['slice']>` is `Float32Array<ArrayBuffer>` since then, and `Float32Array` before. A file that
 * names `Symbol.dispose` needs a reference to the library that declares it.
 *
 * @param {string} text
 */
export function portable(text) {
  const plain = text
    .replace(/\b(\w+Array)<ArrayBuffer>/g, "ReturnType<$1['slice']>")
    .replace(/\b(\w+Array)<ArrayBufferLike>/g, '$1');
  return plain.includes('Symbol.dispose') ? `/// <reference lib="esnext.disposable" />\n${plain}` : plain;
}

if (process.argv[1] === import.meta.filename) {
  for (const name of readdirSync('dist', { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.d.ts')) continue;
    const file = join('dist', name);
    const text = readFileSync(file, 'utf8');
    const changed = portable(text);
    if (changed !== text) writeFileSync(file, changed);
  }
}
