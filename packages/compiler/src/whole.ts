/**
 * Contains the code that this package otherwise loads on first use. `manabi/whole` imports it for bundles that must be one
 * file, such as workers built by Vite's default settings.
 *
 * @example
 * ```ts
 * import 'manabi/whole';
 * ```
 * @packageDocumentation
 */
import * as formulas from './formulas/rare/functions.ts';

/**
 * The modules that this package otherwise loads on first use.
 *
 * @example
 * ```ts
 * import { laterModules } from '@manabi/compiler/whole';
 * import { keepInFile } from '@manabi/layers/classes';
 *
 * keepInFile(...laterModules);
 * ```
 */
export const laterModules: readonly object[] = [formulas];
