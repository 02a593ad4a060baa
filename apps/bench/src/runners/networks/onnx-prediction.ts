import { exportOnnx } from '@manabi/onnx';
import '@manabi/backend-cpu/register';
import type { TaskOf } from '../../task-table.ts';
import { modelOf, pixelsOf } from './models.ts';

/** A model file of a network, and the pixels that it predicts. */
export interface OnnxPrediction {
  readonly model: Uint8Array;
  readonly input: string;
  readonly output: string;
  readonly shape: readonly number[];
  readonly pixels: Float32Array;
}

/** Returns the ONNX file that manabi exports for a network. */
export async function onnxPrediction(task: TaskOf<'predict'>): Promise<OnnxPrediction> {
  const model = await modelOf(task.network, task.image);
  const pixels = pixelsOf(task);
  const file = await exportOnnx(model, { batch: task.batch });
  for (const { value } of model.weights) value.dispose();
  return {
    model: file,
    input: model.inputNames[0],
    output: model.outputNames[0],
    shape: pixels.shape,
    pixels: Float32Array.from(pixels.data),
  };
}
