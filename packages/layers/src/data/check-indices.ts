import { isTensor, ManabiError } from '@manabi/core';
import { type IndexExtent, indexExtent } from '../networks/index-extents.ts';
import type { Network } from '../networks/network.ts';
import type { Datum } from './arrays.ts';

/**
 * Checks that inputs which a layer uses as indices, such as the tokens of an embedding, are in range. Runs before a
 * step, because a step with an invalid index changes the weights before it can report the error. Only data in host
 * memory is checked; tensors on a backend are skipped.
 *
 * @returns a promise, which rejects with the error, if tensors in host memory must be read; null if the check is
 * complete
 * @throws ManabiError `index`, with the first invalid index and its sample
 */
export function checkIndices(op: string, model: Network, inputs: readonly Datum[]): Promise<void> | null {
  const reading = inputs.flatMap((input, position) => {
    const found = indexExtent({ layer: model, position });
    if (found === null) return [];
    const check = (data: ArrayLike<number>): void =>
      checkEach(op, model.inputNames[position], found, input.shape[0], data);
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
      `Layer '${layer.name}' (${layer.className}) requires indices in [0, ${extent - 1}]; got ${index} in sample ${sample} of ` +
        `'${name}'. ${index >= extent ? `Set inputDim to at least ${Math.floor(index) + 1}, or remove` : 'Remove'} such indices.`,
      { op, data: { input: name, layer: layer.name, index, sample, inputDim: extent } },
    );
  }
}
