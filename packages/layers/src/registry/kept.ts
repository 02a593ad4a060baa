const kept: object[] = [];

/**
 * Keeps modules in the bundle of the importing file, where bundlers find them for later `import()` calls.
 *
 * @example
 * ```ts
 * import { keepInFile } from '@manabi/layers/classes';
 * import * as everyLayer from '@manabi/layers/layers';
 * keepInFile(everyLayer);
 * ```
 */
export function keepInFile(...modules: readonly object[]): void {
  kept.push(...modules);
}
