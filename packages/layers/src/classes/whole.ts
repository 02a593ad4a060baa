/**
 * Entry point that includes all layers, as `@manabi/layers/whole` does, for single-file bundles that load models.
 *
 * @example
 * ```ts
 * import '@manabi/layers/classes/whole';
 * ```
 *
 * @packageDocumentation
 */
import * as further from '../layers/further/classes.ts';
import * as layers from '../layers/index.ts';
import * as functional from '../model/functional.ts';
import * as sequential from '../model/sequential.ts';
import * as operations from '../operations/operation.ts';
import { keepInFile } from '../registry/kept.ts';
import '../whole.ts';

keepInFile(further, layers, functional, operations, sequential);
