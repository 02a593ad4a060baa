import { exportOnnx, type Model, saveModelBytes } from 'manabi';

/** Returns a model as a file. The code that writes files is downloaded when the reader asks for one. */
export function modelFile(model: Model, format: 'keras' | 'onnx'): Promise<Uint8Array<ArrayBuffer>> {
  return format === 'keras' ? saveModelBytes(model) : exportOnnx(model);
}
