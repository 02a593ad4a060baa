import '@manabi/backend-cpu/register';
import { describe, expect, test } from '@jest/globals';
import { tensor } from '@manabi/core';
import { Message } from '../protobuf.ts';
import { tensorValue, toTensor } from '../values.ts';
import { OpContext } from './context.ts';
import { imageOps } from './images.ts';

describe('FusedBatchNormV3 with omitted attributes', () => {
  const contextOf = (attributes: ReadonlyMap<string, Message>): OpContext => {
    const inputs = [tensor([[[[3]]]]), tensor([1]), tensor([0]), tensor([0]), tensor([0])].map(tensorValue);
    return new OpContext({ name: 'norm', op: 'FusedBatchNormV3', inputs: [], attributes }, inputs, 'a.pb');
  };
  const isNotTraining = new Map([['is_training', new Message(Uint8Array.of(0x28, 0), 'a.pb')]]);

  test('adds the epsilon of TensorFlow, 1e-4, to the variance', async () => {
    const [y] = imageOps.FusedBatchNormV3(contextOf(isNotTraining));
    expect((await toTensor(y)?.data())?.[0]).toBeCloseTo(300, 2);
  });

  test('is rejected without is_training, whose default is true', () => {
    expect(() => imageOps.FusedBatchNormV3(contextOf(new Map()))).toThrow(/statistics of the batch/);
  });
});
