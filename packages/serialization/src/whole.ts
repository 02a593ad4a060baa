/**
 * Includes all modules that loading and saving models would load on first use, for programs that must be bundled into
 * one file, such as workers built by Vite with its defaults. Other programs do not need this entry point.
 *
 * @example
 * ```ts
 * import '@manabi/serialization/whole';
 * ```
 * @packageDocumentation
 */
import '@manabi/layers/classes/whole';
import { keepInFile } from '@manabi/layers/classes';
import * as chunks from './hdf5/read/chunks.ts';
import * as denseStorage from './hdf5/read/dense-storage.ts';
import * as loadH5 from './keras/legacy/load-h5.ts';
import * as olderOptions from './keras/legacy/older-options.ts';
import * as readTraining from './keras/read-training.ts';
import * as recognize from './recognize/index.ts';

keepInFile(chunks, denseStorage, loadH5, olderOptions, readTraining, recognize);
