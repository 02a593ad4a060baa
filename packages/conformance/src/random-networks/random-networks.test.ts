import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { createCpuBackend } from '@manabi/backend-cpu';
import { registerBackend } from '@manabi/core';
import { createOnnxRuntime } from '../onnxruntime/onnxruntime.fixture.ts';
import { faultOf } from './fault-of.ts';
import { trainedOn } from './trained.ts';

/** Number of networks. `npm run nightly -- networks` trains 3,000. */
const NETWORKS = Number(process.env.MANABI_NETWORKS ?? 20);
const FIRST = Number(process.env.MANABI_NETWORKS_FROM ?? 0);

/** Number of networks per test. */
const SIZE = 20;

beforeAll(() => {
  // Some layers warn that they drop masks.
  jest.spyOn(console, 'warn').mockImplementation(() => {});
  registerBackend('loops', () => createCpuBackend({ exact: true, routines: [], threads: 1 }));
  registerBackend('cpu', () => createCpuBackend({ threads: 1 }));
  registerBackend('onnxruntime', createOnnxRuntime);
});

describe('two steps of training random networks agree with the generated loops of the CPU backend', () => {
  for (let first = FIRST; first < FIRST + NETWORKS; first += SIZE) {
    test(`on cpu and onnxruntime, for the networks with seeds ${first} to ${first + SIZE - 1}`, async () => {
      const faults: string[] = [];
      let compared = 0;
      for (let seed = first; seed < first + SIZE; seed++) {
        const found = await faultsOf(seed);
        if (found === 'sensitive') continue;
        compared++;
        faults.push(...found);
      }
      expect(faults).toEqual([]);
      expect(compared).toBeGreaterThan(SIZE / 2);
    }, 240_000);
  }
});

/**
 * Trains the network of a seed on each backend, and returns what differs from the generated loops. Returns `sensitive` if the loops
 * differ as much from themselves once weights change by a rounding error, such as in normalizations of nearly equal values.
 */
async function faultsOf(seed: number): Promise<readonly string[] | 'sensitive'> {
  const expected = await trainedOn('loops', seed);
  const faults: string[] = [];
  for (const backend of ['cpu', 'onnxruntime']) {
    const fault = faultOf(expected, await trainedOn(backend, seed));
    if (fault !== null) faults.push(`${backend}, seed ${seed}: ${fault}\n  ${expected.description}`);
  }
  if (faults.length === 0) return faults;
  // Gradients of a saturated softmax consist of rounding errors, and steps of networks that diverge multiply them.
  if (expected.losses.some((loss) => loss < 1e-4 || loss > 100)) return 'sensitive';
  for (const spread of [1e-6, -1e-6, 5e-6, 1e-5]) {
    if (faultOf(expected, await trainedOn('loops', seed, spread)) !== null) return 'sensitive';
  }
  return faults;
}
