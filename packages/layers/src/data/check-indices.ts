import { isTensor, ManabiError } from '@manabi/core';
import { type IndexExtent, indexExtent } from '../networks/index-extents.ts';
import type { Network } from '../networks/network.ts';
import type { Datum } from './arrays.ts';

/**
 * Checks inputs that are places in the table of a layer, such as the words that an embedding is given, while they are in
 * host memory: a step that meets one beyond the table has changed the weights before it can say so. Tensors that are on a
 * backend are not read back for it.
 *
 * @returns a promise where tensors are to be read, which rejects with the error; null if all is checked
 * @throws ManabiError `index`, with the first one that is no place, and its sample
 */
export function checkIndices(op: string, model: Network, inputs: readonly Datum[]): Promise<void> | null {
  const reading = inputs.flatMap((input, place) => {
    const found = indexExtent({ layer: model, position: place });
    if (found === null) return [];
    const check = (data: ArrayLike<number>): void =>
      checkEach(op, model.inputNames[place], found, input.shape[0], data);
    if (isTensor(input)) return input.state === 'host' ? [input.data().then(check)] : [];
    check(input.data);
    return [];
  });
  return reading.length === 0 ? null : Promise.all(reading).then(() => undefined);
}

function checkEach(
  op: string,
  name: string,
  { layer, extent }: IndexExtent,
  samples: number,
  indices: ArrayLike<number>,
): void {
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i];
    if (index >= 0 && index < extent) continue;
    const sample = Math.floor(i / (indices.length / samples));
    throw new ManabiError(
      'index',
      `Layer '${layer.name}' (${layer.className}) takes indices from 0 to ${extent - 1}; got ${index} in sample ${sample} of ` +
        `'${name}'. ${index >= extent ? `Set inputDim to at least ${Math.floor(index) + 1}, or remove` : 'Remove'} such indices.`,
      { op, data: { input: name, layer: layer.name, index, sample, inputDim: extent } },
    );
  }
}
