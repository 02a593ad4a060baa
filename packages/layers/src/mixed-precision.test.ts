import '@manabi/backend-cpu/register';
import { afterEach, describe, expect, test } from '@jest/globals';
import { add, type DType, ones, type Tensor, tensor } from '@manabi/core';
import { type DTypePolicy, dtypePolicy, input, Layer, layers, model, sequential, setDtypePolicy } from './index.ts';

afterEach(() => setDtypePolicy('float32'));

describe('dtype policies', () => {
  test('are float32 by default, and apply to layers that are created afterwards', () => {
    expect(dtypePolicy()).toBe('float32');
    const before = layers.dense({ units: 2 });
    setDtypePolicy('mixedFloat16');
    const [after, own] = [layers.dense({ units: 2 }), layers.dense({ units: 2, dtype: 'float32' })];
    const facts = [before, after, own].map((layer) => [layer.dtypePolicy, layer.dtype, layer.computeDtype]);
    expect(facts).toEqual([
      ['float32', 'float32', 'float32'],
      ['mixedFloat16', 'float32', 'float16'],
      ['float32', 'float32', 'float32'],
    ]);
    expect(after.getConfig().dtype).toBe('mixedFloat16');
  });

  test('accept the spelling of Keras', () => {
    Reflect.apply(setDtypePolicy, null, ['mixed_float16']);
    expect(dtypePolicy()).toBe('mixedFloat16');
    expect(layers.dense({ units: 1 }).getConfig().dtype).toBe('mixedFloat16');
  });

  test('cast float32 inputs of a layer in float64', () => {
    const layer = layers.dense({ units: 2, dtype: 'float64' });
    expect(layer.apply(ones([1, 3])).dtype).toBe('float64');
    expect(layer.apply(input({ shape: [3] })).dtype).toBe('float64');
  });

  test.each(['mixed_bfloat16', 'bfloat16', 'half'])('%s is rejected', (name) => {
    const expected = expect.objectContaining({
      code: 'argument',
      message: expect.stringContaining(`or 'mixedFloat16'; got "${name}"`),
    });
    expect(() => Reflect.apply(setDtypePolicy, null, [name])).toThrow(expected);
    expect(() => Reflect.apply(layers.dense, null, [{ units: 1, dtype: name }])).toThrow(expected);
  });
});

/** Returns the dtype of a layer's output under mixedFloat16 and of its weights; checks that symbolic calls agree. */
function dtypesOf(layer: Layer, x: Tensor): readonly DType[] {
  const symbolic = layer.applyAll(input({ batchShape: x.shape, dtype: x.dtype }));
  const outputs = layer.applyAll(x, { training: true });
  expect(symbolic.map(({ dtype }) => dtype)).toEqual(outputs.map(({ dtype }) => dtype));
  return [...new Set([...outputs, ...layer.weights].map(({ dtype }) => dtype))];
}

describe('layers with mixedFloat16', () => {
  const mixed = { dtype: 'mixedFloat16' } satisfies { dtype: DTypePolicy };
  const image = ones([2, 8, 8, 3]);
  const sequence = ones([2, 5, 3]);
  test.each<[string, Layer, Tensor]>([
    ['dense', layers.dense({ units: 2, ...mixed }), ones([2, 3])],
    ['conv2d', layers.conv2d({ filters: 2, kernelSize: 3, ...mixed }), image],
    ['depthwiseConv2d', layers.depthwiseConv2d({ kernelSize: 3, ...mixed }), image],
    ['batchNormalization', layers.batchNormalization(mixed), image],
    ['layerNormalization', layers.layerNormalization(mixed), image],
    ['groupNormalization', layers.groupNormalization({ groups: 3, ...mixed }), image],
    ['rmsNormalization', layers.rmsNormalization(mixed), image],
    [
      'spectralNormalization',
      layers.spectralNormalization({ layer: layers.dense({ units: 2, ...mixed }), ...mixed }),
      ones([2, 3]),
    ],
    ['lstm', layers.lstm({ units: 2, ...mixed }), sequence],
    ['gru', layers.gru({ units: 2, returnSequences: true, ...mixed }), sequence],
    ['simpleRNN', layers.simpleRNN({ units: 2, stateful: true, ...mixed }), sequence],
    ['bidirectional', layers.bidirectional({ layer: layers.lstm({ units: 2, ...mixed }), ...mixed }), sequence],
    ['timeDistributed', layers.timeDistributed({ layer: layers.dense({ units: 2, ...mixed }), ...mixed }), sequence],
    ['embedding', layers.embedding({ inputDim: 4, outputDim: 2, ...mixed }), tensor([[1, 2]], { dtype: 'int32' })],
    ['prelu', layers.prelu(mixed), ones([2, 3])],
  ])('%s computes in float16 with weights of float32', (_, layer, x) => {
    expect(dtypesOf(layer, x)).toEqual(['float16', 'float32']);
  });

  test.each<[string, Layer, Tensor]>([
    ['maxPooling2d', layers.maxPooling2d(mixed), image],
    ['averagePooling2d', layers.averagePooling2d(mixed), image],
    ['globalAveragePooling2d', layers.globalAveragePooling2d(mixed), image],
    ['dropout', layers.dropout({ rate: 0.5, ...mixed }), image],
    ['gaussianNoise', layers.gaussianNoise({ stddev: 0.5, ...mixed }), image],
    ['activation', layers.activation({ activation: 'softmax', ...mixed }), image],
    ['rescaling', layers.rescaling({ scale: 1 / 255, ...mixed }), tensor([[1, 2]], { dtype: 'uint8' })],
    ['softmax', layers.softmax(mixed), image],
  ])('%s computes in float16', (_, layer, x) => {
    expect(dtypesOf(layer, x)).toEqual(['float16']);
  });

  test('multi-head attention computes in float16, also with masked scores', async () => {
    const attention = layers.multiHeadAttention({ numHeads: 2, keyDim: 3, ...mixed });
    const y = attention.apply([sequence, sequence], { useCausalMask: true });
    expect(y.dtype).toBe('float16');
    expect([...(await y.data())].every(Number.isFinite)).toBe(true);
    expect(attention.weights.every(({ dtype }) => dtype === 'float32')).toBe(true);
  });

  test('a layer of float32 casts outputs of float16 back', () => {
    const x = input({ shape: [4] });
    const hidden = layers.dense({ units: 3, ...mixed }).apply(x);
    const y = layers.dense({ units: 2, dtype: 'float32' }).apply(hidden);
    expect([x.dtype, hidden.dtype, y.dtype]).toEqual(['float32', 'float16', 'float32']);
    expect(model({ inputs: x, outputs: y }).predictOnBatch).toBeDefined();
  });

  test('normalizations compute statistics that float16 cannot represent', async () => {
    const x = tensor([[300, -300, 300, -300]]);
    const y = await layers.layerNormalization(mixed).apply(x).array();
    // The variance is 90000, which exceeds the largest float16.
    expect(y).toEqual([[1, -1, 1, -1]]);
  });

  test('a custom layer reads weights in float16', () => {
    class Shift extends Layer {
      readonly offset = this.addWeight({ name: 'offset', shape: [1], initializer: 'ones' });
      override call(x: Tensor, context: Parameters<Layer['call']>[1]) {
        return add(x, context.read(this.offset));
      }
    }
    expect(new Shift(mixed).apply(ones([2, 1])).dtype).toBe('float16');
    expect(new Shift().apply(ones([2, 1])).dtype).toBe('float32');
  });

  test('sequential models declare inputs of float32 and return float16', () => {
    setDtypePolicy('mixedFloat16');
    const network = sequential([layers.dense({ units: 2, inputShape: [3] })]);
    const types = [network.inputTypes, network.outputTypes].flat().map((type) => type?.dtype);
    expect([network.dtypePolicy, ...types]).toEqual(['mixedFloat16', 'float32', 'float16']);
  });
});
