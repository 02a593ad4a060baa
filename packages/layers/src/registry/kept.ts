const kept: object[] = [];

/**
 * Keeps modules in the same bundle file as the importing module, from which later `import()` calls take them.
 *
 * @example
 * ```ts
 * import { keepInFile } from '@manabi/layers/classes';
 * import * as everyLayer from '@manabi/layers/layers';
 * import { layers } from 'manabi';
 *
 * keepInFile(everyLayer);
 * console.log(everyLayer.dense === layers.dense); // true
 * ```
 */
export function keepInFile(...modules: readonly object[]): void {
  kept.push(...modules);
}
