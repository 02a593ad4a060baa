import '@manabi/backend-cpu/register';
import './register.child.ts';
import { describe, expect, test } from '@jest/globals';
import { setBackend, type Tensor } from '@manabi/core';
import type { Model } from '@manabi/layers';
import { type FullNetwork, fullNetworks, runOf } from './full-networks.fixture.ts';

const STEPS = 200;

/** Number of milliseconds that a training may take on a busy machine. */
const TIMEOUT = 1_800_000;

const { 'MobileNetV2 for images of 96x96': mobileNetV2, ...others } = fullNetworks;

/** Trains on a backend and returns the loss of each step. */
async function lossesOn(backend: string, network: FullNetwork): Promise<readonly number[]> {
  await setBackend(backend);
  const { step } = await runOf(network);
  const losses: number[] = [];
  for (let i = 0; i < STEPS; i++) losses.push(await step());
  return losses;
}

/** Returns the moving averages of the gradients. */
async function momentsOf({ trainer }: Model): Promise<readonly number[]> {
  const slots = Object.values<Tensor>(trainer.state().optimizer?.slots.momentum ?? {});
  const arrays = await Promise.all(slots.map((slot) => slot.data()));
  return arrays.flatMap((data) => Array.from(data));
}

const lengthOf = (values: readonly number[]): number => Math.sqrt(values.reduce((sum, v) => sum + v * v, 0));

// Takes minutes, so only `npm run nightly -- onnxruntime` runs it.
(process.env.MANABI_ONNXRUNTIME === 'all' ? describe : describe.skip)('200 steps of a large network', () => {
  test.each(Object.entries(others))(
    'have the same losses as on the CPU, up to 1e-4: %s',
    async (_, network) => {
      const onCpu = await lossesOn('cpu', network);
      const inRuntime = await lossesOn('onnxruntime', network);
      expect(onCpu.at(-1)).toBeLessThan(onCpu[0]);
      expect(Math.max(...onCpu.map((loss, i) => Math.abs(loss - inRuntime[i])))).toBeLessThan(1e-4);
    },
    TIMEOUT,
  );

  // A float32 training of MobileNetV2 from random weights leaves a float64 training within five steps, on the CPU too:
  // when the sign of one ReLU changes, the gradient changes by a hundredth. Each step therefore starts from equal weights.
  test(
    'have the same losses and gradients from the same weights: MobileNetV2',
    async () => {
      const [onCpu, inRuntime] = [await runOf(mobileNetV2), await runOf(mobileNetV2)];
      await onCpu.model.to('cpu');
      const differences: number[] = [];
      for (let i = 0; i < STEPS; i++) {
        inRuntime.model.setWeights(await onCpu.model.getWeights());
        await inRuntime.model.to('onnxruntime');
        differences.push(Math.abs((await onCpu.step()) - (await inRuntime.step())));
      }
      expect(Math.max(...differences)).toBeLessThan(1e-4);
      expect(Object.values(onCpu.model.values().trainable)[0].backend).toBe('cpu');
      const [expected, moments] = await Promise.all([momentsOf(onCpu.model), momentsOf(inRuntime.model)]);
      expect(expected.length).toBeGreaterThan(2e6);
      expect(lengthOf(expected.map((value, i) => value - moments[i]))).toBeLessThan(0.02 * lengthOf(expected));
    },
    TIMEOUT,
  );
});
