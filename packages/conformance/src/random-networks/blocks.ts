import type { Layer, SymbolicTensor } from '@manabi/layers';
import * as layers from '@manabi/layers/layers';
import type { RandomSource } from '@manabi/testing';

/** Appends one of the groups of layers that known networks consist of, for which backends and exporters have rules of their own. */
export function appendBlock(random: RandomSource, x: SymbolicTensor): SymbolicTensor {
  switch (x.shape.length) {
    case 4:
      return random.pick([pooledConv, pooledConv, residual, invertedResidual])(random, x);
    case 3:
      return random.pick([transformer, pooledConv1d])(random, x);
    default:
      return normalizedDense(random, x);
  }
}

const chain = (x: SymbolicTensor, list: readonly Layer[]): SymbolicTensor =>
  list.reduce((value, layer) => layer.apply(value), x);

const relu = (random: RandomSource): Layer =>
  layers.activation({ activation: random.pick(['relu', 'relu', 'relu6', 'silu', 'gelu']) });

/** Convolution, perhaps normalization, activation and pooling in any of the usual orders. */
function pooledConv(random: RandomSource, x: SymbolicTensor): SymbolicTensor {
  const filters = random.pick([3, 4, 8, 16]);
  const small = Math.min(Number(x.shape[1]), Number(x.shape[2])) < 4;
  const padding = small ? 'same' : random.pick(['valid', 'same'] as const);
  const fused = random.chance(0.5);
  const conv = layers.conv2d({ filters, kernelSize: 3, padding, ...(fused ? { activation: 'relu' } : {}) });
  const steps = [...(random.chance(0.4) ? [layers.batchNormalization()] : []), ...(fused ? [] : [relu(random)])];
  const pool = random.pick([layers.maxPooling2d, layers.maxPooling2d, layers.averagePooling2d])({
    poolSize: 2,
    padding: small ? 'same' : 'valid',
  });
  return chain(x, random.chance(0.8) ? [conv, ...steps, pool] : [conv, pool, ...steps]);
}

function residual(random: RandomSource, x: SymbolicTensor): SymbolicTensor {
  const channels = Number(x.shape[3]);
  const filters = random.chance(0.5) ? channels : random.pick([4, 8]);
  const strides = random.integer(1, 3);
  const product = (kernelSize: number, by: number): Layer[] => [
    layers.conv2d({ filters, kernelSize, strides: by, padding: 'same', useBias: random.chance(0.3) }),
    layers.batchNormalization(),
  ];
  const branch = chain(x, [...product(3, strides), relu(random), ...product(random.pick([1, 3]), 1)]);
  const shortcut = strides === 1 && filters === channels ? x : chain(x, product(1, strides));
  return relu(random).apply(layers.add().apply([shortcut, branch]));
}

/** The block of MobileNetV2. */
function invertedResidual(random: RandomSource, x: SymbolicTensor): SymbolicTensor {
  const channels = Number(x.shape[3]);
  const filters = random.chance(0.6) ? channels : 6;
  const strides = random.integer(1, 3);
  const pointwise = (width: number): Layer[] => [
    layers.conv2d({ filters: width, kernelSize: 1, padding: 'same', useBias: false }),
    layers.batchNormalization(),
  ];
  const branch = chain(x, [
    ...pointwise(channels * random.integer(1, 4)),
    layers.reLU({ maxValue: 6 }),
    layers.depthwiseConv2d({ kernelSize: 3, strides, padding: 'same', useBias: false }),
    layers.batchNormalization(),
    layers.reLU({ maxValue: 6 }),
    ...pointwise(filters),
  ]);
  return strides === 1 && filters === channels ? layers.add().apply([x, branch]) : branch;
}

function transformer(random: RandomSource, x: SymbolicTensor): SymbolicTensor {
  const width = Number(x.shape[2]);
  const numHeads = random.integer(1, 3);
  const normalized = layers.layerNormalization().apply(x);
  const attention = layers
    .multiHeadAttention({ numHeads, keyDim: random.integer(1, 6) })
    .apply([normalized, normalized], { useCausalMask: random.chance(0.5) });
  const attended = layers.add().apply([x, layers.dropout({ rate: 0.1 }).apply(attention)]);
  const hidden = chain(attended, [
    layers.layerNormalization(),
    layers.dense({ units: 2 * width, activation: random.pick(['gelu', 'relu', 'silu']) }),
    layers.dense({ units: width }),
  ]);
  return layers.add().apply([attended, hidden]);
}

function pooledConv1d(random: RandomSource, x: SymbolicTensor): SymbolicTensor {
  return chain(x, [
    layers.conv1d({ filters: random.integer(2, 9), kernelSize: 3, padding: 'same', activation: 'relu' }),
    ...(random.chance(0.4) ? [layers.batchNormalization()] : []),
    layers.maxPooling1d({ poolSize: 2, padding: 'same' }),
  ]);
}

function normalizedDense(random: RandomSource, x: SymbolicTensor): SymbolicTensor {
  return chain(x, [
    layers.dense({ units: random.pick([4, 8, 16]), useBias: random.chance(0.5) }),
    layers.batchNormalization(),
    relu(random),
    ...(random.chance(0.5) ? [layers.dropout({ rate: 0.3 })] : []),
  ]);
}
