import { readSafetensors } from 'manabi';
import { convolutions, type ExtractorWeights } from './extractor-layers.ts';

/**
 * Reads the weights of the extractor.
 *
 * @param source address or bytes of `extractor.safetensors`
 * @throws Error for a file with other weights
 */
export async function readExtractor(source: URL | Uint8Array): Promise<ExtractorWeights> {
  const { tensors } = await readSafetensors(source);
  for (const { name, filters } of convolutions) {
    const [kernel, bias] = [tensors[`${name}.kernel`], tensors[`${name}.bias`]];
    if (kernel?.shape[3] !== filters || bias?.shape[0] !== filters) {
      throw new Error(
        `The file of the extractor has no weights of '${name}' with ${filters} filters. Reload the page.`,
      );
    }
  }
  return tensors;
}
