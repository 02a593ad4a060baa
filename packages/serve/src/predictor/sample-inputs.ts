import { dtypes, type HostArray, hostArray } from '@manabi/ir';
import { elements } from './elements.ts';
import type { Port } from './predictor.ts';

/**
 * Returns inputs of zeros, which every model accepts; null if the model leaves lengths besides the batch open, and `length`
 * is null.
 */
export function zeroInputs(ports: readonly Port[], rows: number, length: number | null = null): HostArray[] | null {
  const inputs: HostArray[] = [];
  for (const { element, shape } of ports) {
    const lengths: number[] = [rows];
    for (const extent of shape.slice(1)) {
      const chosen = extent ?? length;
      if (chosen === null) return null;
      lengths.push(chosen);
    }
    const { dtype } = elements[element];
    const size = lengths.reduce((product, extent) => product * extent, 1);
    inputs.push(hostArray(dtype, lengths, dtypes[dtype].create(size)));
  }
  return inputs;
}

/**
 * Fills the rows of inputs from index `from` with pseudorandom elements: floats in [0, 1), and integers 0 and 1, which every
 * lookup table contains.
 */
export function randomize(inputs: readonly HostArray[], ports: readonly Port[], seed: number, from = 0): void {
  let state = seed;
  inputs.forEach(({ data, shape }, i) => {
    const { isInteger } = elements[ports[i].element];
    const start = (data.length / Math.max(1, shape[0])) * from;
    for (let k = start; k < data.length; k++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      const value = state / 2 ** 32;
      data[k] = isInteger ? Math.round(value) : value;
    }
  });
}
