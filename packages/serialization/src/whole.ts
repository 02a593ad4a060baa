/**
 * Imports all modules that are otherwise loaded when a model is first loaded or saved. Only programs that must be
 * bundled into one file need this entry point, such as workers that Vite builds with its defaults.
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
import * as loadSavedModel from './keras/legacy/load-saved-model.ts';
import * as olderOptions from './keras/legacy/older-options.ts';
import * as restoreOptimizer from './keras/legacy/restore-optimizer.ts';
import * as saveH5 from './keras/legacy/save-h5.ts';
import * as policy from './keras/quantized/policy.ts';
import * as putQuantized from './keras/quantized/put-quantized.ts';
import * as rare from './keras/rare.ts';
import * as readTraining from './keras/read-training.ts';
import * as recognize from './recognize/index.ts';
import * as savedModel from './saved-model/in-keras.ts';
import * as savedModelWriter from './saved-model/write/encode-program.ts';
import * as tfjsWeights from './tfjs/load-tfjs-weights.ts';
import * as torch from './torch/in-weights.ts';

keepInFile(
  chunks,
  denseStorage,
  loadH5,
  loadSavedModel,
  olderOptions,
  policy,
  putQuantized,
  rare,
  readTraining,
  recognize,
  restoreOptimizer,
  savedModel,
  savedModelWriter,
  saveH5,
  tfjsWeights,
  torch,
);
