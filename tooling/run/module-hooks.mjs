import { fileURLToPath } from 'node:url';
import { stripped } from './stripped.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Module hook that lets programs outside the repository import its packages as if they were installed.
 *
 * @type {import('node:module').ResolveHook}
 */
export async function resolve(specifier, context, nextResolve) {
  try {
    return await nextResolve(specifier, context);
  } catch (error) {
    const [, name] = /^(?:@manabi\/)?([^/@]+)/.exec(specifier) ?? [];
    if (name === undefined || !/^(manabi|@manabi)(\/|$)/.test(specifier)) throw error;
    // A package can import itself by its name.
    const parentURL = new URL(`../../packages/${name}/package.json`, import.meta.url).href;
    try {
      return await nextResolve(specifier, { ...context, parentURL });
    } catch {
      throw error;
    }
  }
}

/**
 * Module hook that loads a `.ts` file as a native module, without its types.
 *
 * @type {import('node:module').LoadHook}
 */
export async function load(url, context, nextLoad) {
  if (!url.endsWith('.ts')) return nextLoad(url, context);
  return { format: 'module', source: await stripped(fileURLToPath(url), root), shortCircuit: true };
}
