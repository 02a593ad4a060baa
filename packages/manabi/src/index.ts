/**
 * All of manabi from one import: tensors and their functions, transforms, layers and models by their own names, everything
 * else by namespace. What runs needs no backend to be registered: `cpu` is there, and is made at the first await that needs it. A
 * backend that is imported beside (`import '@manabi/backend-…/register'`) is used instead.
 *
 * @example
 * ```ts
 * import { datasets, layers, sequential } from 'manabi';
 *
 * const { train, test } = await datasets.mnist();
 * const model = sequential([
 *   layers.rescaling({ scale: 1 / 255, inputShape: [28, 28, 1] }),
 *   layers.flatten(),
 *   layers.dense({ units: 10, activation: 'softmax' }),
 * ]);
 * model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
 * await model.fit(train.images, train.labels, { epochs: 5, batchSize: 128 });
 * console.log(await model.evaluate(test.images, test.labels));
 * ```
 *
 * @packageDocumentation
 */
import './default-backend.ts';

export { type CompileProgramOptions, compileProgram } from '@manabi/backend-cpu';
export * from '@manabi/core';
/** Pipelines over arrays on the host: `data.fromTensorSlices`, `data.fromGenerator`. */
export * as data from '@manabi/data';
/** Data sets: `datasets.mnist`. */
export * as datasets from '@manabi/datasets';
export * from '@manabi/layers';
export { layerClass, layerFrom } from '@manabi/layers/classes';
/** All about ONNX: `onnx.compare`, `onnx.inspectOnnx`. */
export * as onnx from '@manabi/onnx';
export { type ExportOptions, exportOnnx } from '@manabi/onnx';
/** Optimizers and schedules: `optimizers.adam`, `optimizers.cosineDecay`. */
export * as optimizers from '@manabi/optimizers';
export * from '@manabi/serialization';
/** All callbacks: `callbacks.earlyStopping`, `callbacks.modelCheckpoint`. */
export * as callbacks from './callbacks.ts';
