import { createHash } from 'node:crypto';
import { transformSync, version } from 'esbuild';

/** Globals that loops read, except `globalThis` and globals that tests replace, such as `fetch` and timers. */
const GLOBALS = [
  ...['Array', 'ArrayBuffer', 'BigInt', 'DataView', 'Infinity', 'Map', 'Math', 'NaN', 'Number', 'Object', 'Set'],
  ...['String', 'Symbol', 'WeakMap', 'Float32Array', 'Float64Array', 'Int8Array', 'Int16Array', 'Int32Array'],
  ...['Uint8Array', 'Uint16Array', 'Uint32Array'],
];

/**
 * Declares the globals that a module uses as local constants. Jest runs tests in a context that intercepts its global
 * object, so that each `Math` in a loop is a call into C++, and the reference interpreter takes twice as long.
 *
 * @param {string} source
 */
function constantsOf(source) {
  const names = GLOBALS.filter((name) => new RegExp(`\\b${name}\\b`).test(source));
  return names.length === 0 ? '' : `const { ${names.join(', ')} } = globalThis;`;
}

/** A Jest transformer that removes the types of a TypeScript file and keeps it a native module. */
export default {
  canInstrument: false,
  /**
   * @param {string} source
   * @param {string} file
   * @param {{ configString: string }} options
   */
  getCacheKey: (source, file, { configString }) =>
    createHash('sha1')
      .update(version)
      .update(GLOBALS.join())
      .update(file)
      .update(source)
      .update(configString)
      .digest('hex'),
  /**
   * @param {string} source
   * @param {string} file
   */
  process: (source, file) =>
    transformSync(source, {
      ...{ loader: 'ts', format: 'esm', target: 'node20', sourcemap: 'inline', sourcefile: file },
      banner: constantsOf(source),
    }),
};
