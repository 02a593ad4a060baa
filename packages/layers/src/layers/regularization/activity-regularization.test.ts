import '@manabi/backend-cpu/register';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { tensor } from '@manabi/core';
import { layerFrom } from '../../classes/layer-from.ts';
import { clearSession, layers } from '../../index.ts';
import { runLayer } from '../../networks/run.ts';
import { valuesOf } from '../../networks/values.ts';

beforeEach(clearSession);

describe('activityRegularization', () => {
  test('adds its penalty to the loss and returns its input', async () => {
    const layer = layers.activityRegularization({ l1: 0.5, l2: 0.25 });
    const x = tensor([
      [1, -2],
      [3, 0],
    ]);
    const { outputs, losses } = runLayer(layer, valuesOf(layer), x);
    expect(outputs).toBe(x);
    expect(await Promise.all(losses.map((loss) => loss.item()))).toEqual([0.5 * 6 + 0.25 * 14]);
  });

  test('is restored from its config', async () => {
    const layer = layers.activityRegularization({ l2: 0.1 });
    expect(layer.getConfig()).toMatchObject({ l1: 0, l2: 0.1 });
    expect((await layerFrom('ActivityRegularization', layer.getConfig())).getConfig()).toEqual(layer.getConfig());
  });
});
