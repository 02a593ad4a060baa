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
import { laterModules as ofCompiler } from '@manabi/compiler/whole';
import * as measuring from './runtime/measuring.ts';
import * as partWindows from './runtime/part-windows.ts';
import * as controlShaders from './shaders/control-shaders.ts';
import * as later from './shaders/later-shaders.ts';

/**
 * The modules that this package otherwise loads on first use.
 *
 * @example
 * ```ts
 * import { laterModules } from '@manabi/backend-webgpu/whole';
 * import { keepInFile } from '@manabi/layers/classes';
 *
 * keepInFile(...laterModules);
 * ```
 */
export const laterModules: readonly object[] = [...ofCompiler, measuring, partWindows, controlShaders, later];
