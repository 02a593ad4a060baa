import type { Layer, SymbolicTensor } from '@manabi/layers';
import * as layers from '@manabi/layers/layers';
import type { Draw } from './draw.ts';

/** Appends one of the groups of layers that known networks consist of, for which backends and exporters have rules of their own. */
export function appendBlock(draw: Draw, x: SymbolicTensor): SymbolicTensor {
  switch (x.shape.length) {
    case 4:
      return draw.pick([pooledConv, pooledConv, residual, invertedResidual])(draw, x);
    case 3:
      return draw.pick([transformer, pooledConv1d])(draw, x);
    default:
      return normalizedDense(draw, x);
  }
}

const chain = (x: SymbolicTensor, list: readonly Layer[]): SymbolicTensor =>
  list.reduce((value, layer) => layer.apply(value), x);

const relu = (draw: Draw): Layer =>
  layers.activation({ activation: draw.pick(['relu', 'relu', 'relu6', 'silu', 'gelu']) });

/** Convolution, perhaps normalization, activation and pooling in any of the usual orders. */
function pooledConv(draw: Draw, x: SymbolicTensor): SymbolicTensor {
  const filters = draw.pick([3, 4, 8, 16]);
  const small = Math.min(Number(x.shape[1]), Number(x.shape[2])) < 4;
  const padding = small ? 'same' : draw.pick(['valid', 'same'] as const);
  const fused = draw.chance(0.5);
  const conv = layers.conv2d({ filters, kernelSize: 3, padding, ...(fused ? { activation: 'relu' } : {}) });
  const steps = [...(draw.chance(0.4) ? [layers.batchNormalization()] : []), ...(fused ? [] : [relu(draw)])];
  const pool = draw.pick([layers.maxPooling2d, layers.maxPooling2d, layers.averagePooling2d])({
    poolSize: 2,
    padding: small ? 'same' : 'valid',
  });
  return chain(x, draw.chance(0.8) ? [conv, ...steps, pool] : [conv, pool, ...steps]);
}

function residual(draw: Draw, x: SymbolicTensor): SymbolicTensor {
  const channels = Number(x.shape[3]);
  const filters = draw.chance(0.5) ? channels : draw.pick([4, 8]);
  const strides = draw.integer(1, 2);
  const product = (kernelSize: number, by: number): Layer[] => [
    layers.conv2d({ filters, kernelSize, strides: by, padding: 'same', useBias: draw.chance(0.3) }),
    layers.batchNormalization(),
  ];
  const branch = chain(x, [...product(3, strides), relu(draw), ...product(draw.pick([1, 3]), 1)]);
  const shortcut = strides === 1 && filters === channels ? x : chain(x, product(1, strides));
  return relu(draw).apply(layers.add().apply([shortcut, branch]));
}

/** The block of MobileNetV2. */
function invertedResidual(draw: Draw, x: SymbolicTensor): SymbolicTensor {
  const channels = Number(x.shape[3]);
  const filters = draw.chance(0.6) ? channels : 6;
  const strides = draw.integer(1, 2);
  const pointwise = (width: number): Layer[] => [
    layers.conv2d({ filters: width, kernelSize: 1, padding: 'same', useBias: false }),
    layers.batchNormalization(),
  ];
  const branch = chain(x, [
    ...pointwise(channels * draw.integer(1, 3)),
    layers.reLU({ maxValue: 6 }),
    layers.depthwiseConv2d({ kernelSize: 3, strides, padding: 'same', useBias: false }),
    layers.batchNormalization(),
    layers.reLU({ maxValue: 6 }),
    ...pointwise(filters),
  ]);
  return strides === 1 && filters === channels ? layers.add().apply([x, branch]) : branch;
}

function transformer(draw: Draw, x: SymbolicTensor): SymbolicTensor {
  const width = Number(x.shape[2]);
  const numHeads = draw.integer(1, 2);
  const normalized = layers.layerNormalization().apply(x);
  const attention = layers
    .multiHeadAttention({ numHeads, keyDim: draw.integer(1, 5) })
    .apply([normalized, normalized], { useCausalMask: draw.chance(0.5) });
  const attended = layers.add().apply([x, layers.dropout({ rate: 0.1 }).apply(attention)]);
  const hidden = chain(attended, [
    layers.layerNormalization(),
    layers.dense({ units: 2 * width, activation: draw.pick(['gelu', 'relu', 'silu']) }),
    layers.dense({ units: width }),
  ]);
  return layers.add().apply([attended, hidden]);
}

function pooledConv1d(draw: Draw, x: SymbolicTensor): SymbolicTensor {
  return chain(x, [
    layers.conv1d({ filters: draw.integer(2, 8), kernelSize: 3, padding: 'same', activation: 'relu' }),
    ...(draw.chance(0.4) ? [layers.batchNormalization()] : []),
    layers.maxPooling1d({ poolSize: 2, padding: 'same' }),
  ]);
}

function normalizedDense(draw: Draw, x: SymbolicTensor): SymbolicTensor {
  return chain(x, [
    layers.dense({ units: draw.pick([4, 8, 16]), useBias: draw.chance(0.5) }),
    layers.batchNormalization(),
    relu(draw),
    ...(draw.chance(0.5) ? [layers.dropout({ rate: 0.3 })] : []),
  ]);
}
