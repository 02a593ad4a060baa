/**
 * Creates the files that measured pages fetch, such as a saved model, with the packages in `dist` or with their
 * sources.
 */
import { compileProgram } from '@manabi/backend-cpu';
import '@manabi/backend-cpu/register';
import { matmul, relu, type Tensor, traceGraph } from '@manabi/core';
import { sequential } from '@manabi/layers';
import * as layers from '@manabi/layers/layers';
import { saveModelBytes } from '@manabi/serialization';

/** Returns the contents of the files that pages fetch; each key is the end of the URL of a file. */
export async function pageFiles(): Promise<Readonly<Record<string, Uint8Array>>> {
  const model = sequential([
    layers.rescaling({ scale: 1 / 255, inputShape: [28, 28, 1] }),
    layers.conv2d({ filters: 32, kernelSize: 3, activation: 'relu' }),
    layers.maxPooling2d({ poolSize: 2 }),
    layers.conv2d({ filters: 64, kernelSize: 3, activation: 'relu' }),
    layers.maxPooling2d({ poolSize: 2 }),
    layers.flatten(),
    layers.dense({ units: 128, activation: 'relu' }),
    layers.dense({ units: 10, activation: 'softmax' }),
  ]);
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
  const { graph } = traceGraph(
    (x: Tensor, w: Tensor) => relu(matmul(x, w)),
    { shape: [2, 3], dtype: 'float32' },
    { shape: [3, 4], dtype: 'float32' },
  );
  return {
    'cnn.keras': await saveModelBytes(model),
    'cnn.program': await compileProgram(model),
    'program.json': new TextEncoder().encode(JSON.stringify(graph)),
  };
}
