import '@manabi/backend-cpu/register';
import './register.child.ts';
import { describe, expect, test } from '@jest/globals';
import { random, setBackend } from '@manabi/core';
import { lossesOf, networks } from '../training-networks.fixture.ts';

/** Whether to run all steps, as `npm run nightly -- onnxruntime` does. */
const STEPS = process.env.MANABI_ONNXRUNTIME === 'all' ? 200 : 25;

describe('training in ONNX Runtime', () => {
  test.each(Object.entries(networks))('has the same losses as on the CPU, up to 1e-4: %s', async (_, network) => {
    await setBackend('cpu');
    const onCpu = await lossesOf(network, STEPS);
    await setBackend('onnxruntime');
    const inRuntime = await lossesOf(network, STEPS);
    expect(onCpu.at(-1)).toBeLessThan(onCpu[0]);
    const differences = onCpu.map((loss, step) => Math.abs(loss - inRuntime[step]));
    expect(Math.max(...differences)).toBeLessThan(1e-4);
  });

  test('draws the same random bits as the CPU', async () => {
    const draws = [];
    for (const backend of ['cpu', 'onnxruntime']) {
      await setBackend(backend);
      draws.push(await random.bits(random.key(11), [64]).array());
    }
    expect(draws[1]).toEqual(draws[0]);
  });
});
