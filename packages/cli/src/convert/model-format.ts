import { UsageError } from '../usage-error.ts';

/** Kinds of files that `convert` reads and writes. */
export type ModelFormat = 'keras' | 'h5' | 'weights.h5' | 'safetensors' | 'npz' | 'onnx';

/** What names end in, the longer ends first. */
const FORMATS: readonly ModelFormat[] = ['weights.h5', 'h5', 'keras', 'safetensors', 'npz', 'onnx'];

/** Whether files of a kind hold weights alone, and no layers. */
export const holdsOnlyWeights: { readonly [K in ModelFormat]: boolean } = {
  keras: false,
  h5: false,
  'weights.h5': true,
  safetensors: true,
  npz: true,
  onnx: false,
};

/** @throws UsageError if the name ends in something else */
export function modelFormat(path: string): ModelFormat {
  const format = FORMATS.find((end) => path.toLowerCase().endsWith(`.${end}`));
  if (format !== undefined) return format;
  throw new UsageError(`'${path}' ends in none of ${FORMATS.map((end) => `.${end}`).join(', ')}.`);
}
