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
      for (let seed = first; seed < first + SIZE; seed++) {
        const expected = await trainedOn('loops', seed);
        for (const backend of ['cpu', 'onnxruntime']) {
          const fault = faultOf(expected, await trainedOn(backend, seed));
          if (fault !== null) faults.push(`${backend}, seed ${seed}: ${fault}\n  ${expected.description}`);
        }
      }
      expect(faults).toEqual([]);
    }, 240_000);
  }
});
