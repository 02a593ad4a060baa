import '@manabi/backend-cpu/register';
import { describe, expect, test } from '@jest/globals';
import { jit, type Tensor, tensor } from '@manabi/core';
import { adam, lossScaleOptimizer, type OptimizerState, sgd } from './index.ts';

describe('lossScaleOptimizer', () => {
  test('skips updates with infinite gradients, halves the scale, and doubles it after enough good updates', async () => {
    const optimizer = lossScaleOptimizer({
      innerOptimizer: sgd({ learningRate: 1, momentum: 0.5 }),
      initialScale: 1024,
      dynamicGrowthSteps: 2,
    });
    const step = jit((w: Tensor, g: Tensor, state: OptimizerState<Tensor>) =>
      optimizer.update(w, optimizer.unscale(g, state), state),
    );
    let params = tensor([10]);
    let state = optimizer.init(params);
    const seen: (readonly number[])[] = [];
    for (const gradient of [Infinity, Number.NaN, 256, 256, 1024, Infinity, 512]) {
      ({ params, state } = await step(params, tensor([gradient]), state));
      const [w] = await params.data();
      const { lossScale, step: count, slots } = state;
      if (lossScale === undefined) throw new Error('The state must have a loss scale.');
      const [momentum] = await slots.momentum.data();
      seen.push([
        w,
        momentum,
        await count.item(),
        await lossScale.dynamicScale.item(),
        await lossScale.stepCounter.item(),
      ]);
    }
    // Weight, momentum, number of updates, scale, good updates since the scale changed: Keras 3.15 gives these numbers.
    expect(seen).toEqual([
      [10, 0, 0, 512, 0],
      [10, 0, 0, 256, 0],
      [9, -1, 1, 256, 1],
      [7.5, -1.5, 2, 512, 0],
      [4.75, -2.75, 3, 512, 1],
      [4.75, -2.75, 3, 256, 0],
      [1.375, -3.375, 4, 256, 1],
    ]);
  });

  test('starts at 2^15 and scales losses', async () => {
    const optimizer = lossScaleOptimizer({ innerOptimizer: adam() });
    const state = optimizer.init({ w: tensor([1]) });
    expect(await optimizer.scaleLoss(tensor(2), state).item()).toBe(65536);
    expect(await optimizer.learningRate(state).item()).toBeCloseTo(0.001);
    expect(optimizer.config).toMatchObject({ initialScale: 32768, dynamicGrowthSteps: 2000 });
  });

  test('rejects options that are not valid, and states of other optimizers', () => {
    const argument = expect.objectContaining({ code: 'argument', op: 'lossScaleOptimizer' });
    expect(() => Reflect.apply(lossScaleOptimizer, null, [{}])).toThrow(argument);
    expect(() => lossScaleOptimizer({ innerOptimizer: adam(), initialScale: 0 })).toThrow(argument);
    const optimizer = lossScaleOptimizer({ innerOptimizer: adam() });
    const w = tensor([1]);
    expect(() => optimizer.update(w, w, adam().init(w))).toThrow(argument);
  });
});
