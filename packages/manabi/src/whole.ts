/**
 * Imports all code that manabi otherwise loads on first use. Only needed for bundles that must be one file, such as
 * workers built by Vite's default settings.
 *
 * @example
 * ```ts
 * import 'manabi/whole';
 * ```
 * @packageDocumentation
 */
import '@manabi/backend-cpu/whole';
import '@manabi/dashboard/whole';
import '@manabi/serialization/whole';
import * as webgpu from '@manabi/backend-webgpu';
import { laterModules } from '@manabi/backend-webgpu/whole';
import * as datasets from '@manabi/datasets/whole';
import { keepInFile } from '@manabi/layers/classes';

keepInFile(webgpu, ...laterModules, datasets);
