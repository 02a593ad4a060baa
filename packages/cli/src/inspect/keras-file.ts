import { fileSize } from '@manabi/files';
import { type Layer, loadModel } from 'manabi';
import type { FileFormat } from './file-format.ts';
import type { ArrayReport, FileReport } from './file-report.ts';

/** What a model file of Keras holds. */
export async function kerasReport(path: string, format: FileFormat): Promise<FileReport> {
  const model = await loadModel(path);
  const layers = model.layers.map(({ name, className }: Layer) => `${name} (${className})`);
  const types = model.inputTypes === null ? [] : 'shape' in model.inputTypes ? [model.inputTypes] : model.inputTypes;
  const port = (name: string, { dtype, shape }: (typeof types)[number]) => ({ name, dtype, shape });
  return {
    format,
    facts: {
      bytes: await fileSize(path),
      name: model.name,
      class: model.className,
      inputs: types.map((type, i) => port(model.inputNames[i], type)),
      outputs: (model.outputTypes ?? []).map((type, i) => port(model.outputNames[i], type)),
      layers,
      compiled: model.compiled,
    },
    arrays: model.weights.map(
      ({ path: name, dtype, shape, value }): ArrayReport => ({ name, dtype, shape, bytes: 4 * value.size }),
    ),
  };
}
