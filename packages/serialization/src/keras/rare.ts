// Code for parts of Keras files that few models have. It is one module, so that pages download little to find it.
import type { ZipArchive } from '@manabi/files/internal';
import type { Layer, Variable } from '@manabi/layers';
import type { Hdf5Group } from '../hdf5/open.ts';
import type { JsonObject } from './json.ts';
import { localArrays } from './legacy/local-kernels.ts';
import { dequantized, type StoredArray, withoutQuantization } from './quantized/dequantize.ts';
import { readVocabularies } from './text/read-vocabularies.ts';

export { withKnownGroups } from './legacy/renamed-groups.ts';
export { operatorReader } from './operators/read-operators.ts';
export { withoutQuantization } from './quantized/dequantize.ts';

/** Matches the config of a model with layers that encode text. */
const LOOKUP = /"(TextV\w+|\w+Lookup|Hash\w+)"/;

/**
 * Returns a config without what the other readers do not know: quantized weights, and vocabularies that Keras stores in
 * further files.
 *
 * @throws FileError the codes of `loadModel`
 */
export async function commonConfig(
  config: JsonObject,
  zip: ZipArchive,
  openWeights: (zip: ZipArchive) => Promise<Hdf5Group>,
): Promise<JsonObject> {
  const plain = withoutQuantization(zip.name, config);
  return LOOKUP.test(JSON.stringify(plain)) ? readVocabularies(plain, zip, await openWeights(zip)) : plain;
}

/** Returns the arrays of a layer in the form of its weights: quantized ones as floats, and kernels of local layers by position. */
export function converted(
  layer: Layer,
  arrays: readonly StoredArray[],
  variables: readonly Variable[],
): readonly StoredArray[] {
  return localArrays(layer, dequantized(layer, arrays, variables), variables);
}
