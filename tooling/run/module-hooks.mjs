import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { transform } from 'esbuild';

/** A file from which every package of this repository is found. */
const facade = new URL('../../packages/manabi/src/index.ts', import.meta.url).href;

/**
 * Module hook: programs outside of the repository import its packages as if they were installed beside them.
 *
 * @type {import('node:module').ResolveHook}
 */
export async function resolve(specifier, context, nextResolve) {
  try {
    return await nextResolve(specifier, context);
  } catch (error) {
    if (!/^(manabi$|@manabi\/)/.test(specifier)) throw error;
    return nextResolve(specifier, { ...context, parentURL: facade });
  }
}

/**
 * Module hook: a `.ts` file is loaded as a native module with its types stripped.
 *
 * @type {import('node:module').LoadHook}
 */
export async function load(url, context, nextLoad) {
  if (!url.endsWith('.ts')) return nextLoad(url, context);
  const file = fileURLToPath(url);
  const { code } = await transform(await readFile(file, 'utf8'), {
    loader: 'ts',
    format: 'esm',
    target: 'node20',
    sourcemap: 'inline',
    sourcefile: file,
  });
  return { format: 'module', source: code, shortCircuit: true };
}
