// Makes the declarations that TypeScript has written to `dist` readable for older versions too, and for programs that name
// fewer libraries than this repository. Run in a package's folder after its build.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What a declaration says, in words that TypeScript 5.4 knows. Typed arrays are generic from 5.7 on: there `slice` returns
 * one over an `ArrayBuffer`, before just one. A file that names `Symbol.dispose` says which library has it.
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
