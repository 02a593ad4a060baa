import { createHash } from 'node:crypto';
import { transformSync, version } from 'esbuild';

/** Jest transformer: strips the types of a TypeScript file, keeps it a native module. */
export default {
  canInstrument: false,
  /**
   * @param {string} source
   * @param {string} file
   * @param {{ configString: string }} options
   */
  getCacheKey: (source, file, { configString }) =>
    createHash('sha1').update(version).update(file).update(source).update(configString).digest('hex'),
  /**
   * @param {string} source
   * @param {string} file
   */
  process: (source, file) =>
    transformSync(source, { loader: 'ts', format: 'esm', target: 'node20', sourcemap: 'inline', sourcefile: file }),
};
