// Code for parts of Keras files that few models have. It is one module, so that pages download little to find it.
import type { ZipArchive } from '@manabi/files/internal';
import type { Hdf5Group } from '../hdf5/open.ts';
import type { JsonObject } from './json.ts';
import { localArrays } from './legacy/local-kernels.ts';
import { withKnownGroups } from './legacy/renamed-groups.ts';
import { dequantized, withoutQuantization } from './quantized/dequantize.ts';
import { type QuantizedLayers, quantizedArrays } from './quantized/quantize-layers.ts';
import { readVocabularies } from './text/read-vocabularies.ts';
import type { WeightsSource } from './weights/weights-source.ts';

export { operatorReader } from './operators/read-operators.ts';
export { withoutQuantization } from './quantized/dequantize.ts';
export { quantizeLayers } from './quantized/quantize-layers.ts';

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

/**
 * Returns weights of a file in the form of the current layers: without the names of classes that Keras 3 lacks, quantized ones as
 * floats, and kernels of locally connected layers by position.
 *
 * @param quantized layers that compute with int8 weights
 */
export function currentWeights({ name, root }: WeightsSource, quantized: QuantizedLayers): WeightsSource {
  return {
    name,
    root: withKnownGroups(root),
    converted: (layer, arrays, variables) => {
      const inFile = quantized.get(layer);
      return inFile === undefined
        ? localArrays(layer, dequantized(layer, arrays, variables), variables)
        : quantizedArrays(layer, arrays, inFile);
    },
  };
}
