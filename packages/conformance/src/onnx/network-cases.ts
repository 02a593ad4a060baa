import { add, fromHost, mul, type Tensor, tanh } from '@manabi/core';
import { type DType, type HostArray, hostArray, sizeOf } from '@manabi/ir';
import { type CallContext, input, layers, Model, model, type SymbolicTensor, sequential } from '@manabi/layers';
import { randomSource } from '@manabi/testing';
import type { ExportCase, ExportSubject } from './export-case.ts';

const source = randomSource(17);

function reals(shape: readonly number[]): HostArray {
  return hostArray('float32', shape, source.float32Array(sizeOf(shape), -1, 1));
}

function integers(shape: readonly number[], limit: number, dtype: DType = 'int32'): HostArray {
  const values = source.int32Array(sizeOf(shape), 0, limit);
  return hostArray(dtype, shape, dtype === 'uint8' ? Uint8Array.from(values) : values);
}

/** Sets the moving statistics of batch normalization to other values than the initial ones, and returns the model. */
function unsettled(network: Model): Model {
  for (const weight of network.weights) {
    const { shape, name } = weight;
    if (name === 'moving_mean' || name === 'beta') weight.assign(fromHost(reals(shape)));
    if (name === 'moving_variance' || name === 'gamma') {
      weight.assign(fromHost(hostArray('float32', shape, source.float32Array(sizeOf(shape), 0.5, 2))));
    }
  }
  return network;
}

function convolutional(): ExportSubject {
  const network = sequential([
    layers.inputLayer({ shape: [28, 28, 1], dtype: 'uint8' }),
    layers.rescaling({ scale: 1 / 255 }),
    layers.conv2d({ filters: 8, kernelSize: 3, activation: 'relu' }),
    layers.maxPooling2d({ poolSize: 2 }),
    layers.conv2d({ filters: 8, kernelSize: 3, activation: 'relu' }),
    layers.maxPooling2d({ poolSize: 2 }),
    layers.flatten(),
    layers.dropout({ rate: 0.5 }),
    layers.dense({ units: 10, activation: 'softmax' }),
  ]);
  return { model: network, inputs: [integers([3, 28, 28, 1], 256, 'uint8')] };
}

function normalizedDense(): ExportSubject {
  const hidden = (units: number) => [
    layers.dense({ units, useBias: false }),
    layers.batchNormalization(),
    layers.activation({ activation: 'relu' }),
    layers.dropout({ rate: 0.3 }),
  ];
  const network = sequential([
    layers.inputLayer({ shape: [20] }),
    ...hidden(16),
    ...hidden(12),
    layers.dense({ units: 5, activation: 'softmax' }),
  ]);
  return { model: unsettled(network), inputs: [reals([4, 20])] };
}

function encodedTexts(): ExportSubject {
  const vectorization = layers.textVectorization({ vocabulary: ['a', 'few', 'words'], outputSequenceLength: 6 });
  const encoded = vectorization.encode(['a word', 'few words, a few more']);
  const network = sequential([
    layers.inputLayer({ shape: [6], dtype: 'int32' }),
    vectorization,
    layers.embedding({ inputDim: 5, outputDim: 4 }),
    layers.flatten(),
  ]);
  return { model: network, inputs: [encoded] };
}

function oneHotTokens(): ExportSubject {
  const lookup = layers.stringLookup({ vocabulary: ['red', 'green'], outputMode: 'oneHot' });
  const encoded = lookup.encode(['green', 'blue', 'red']);
  const network = sequential([lookup, layers.dense({ units: 2 })]);
  network.build([null, 3]);
  return { model: network, inputs: [encoded] };
}

function lookedUpIntegers(): ExportSubject {
  const network = sequential([
    layers.inputLayer({ shape: [4], dtype: 'int32' }),
    layers.integerLookup({ vocabulary: [7, 0, 3] }),
    layers.embedding({ inputDim: 5, outputDim: 3 }),
  ]);
  return { model: network, inputs: [integers([5, 4], 9)] };
}

function hashedIntegers(): ExportSubject {
  const network = sequential([
    layers.inputLayer({ shape: [4], dtype: 'int32' }),
    layers.hashing({ numBins: 5 }),
    layers.embedding({ inputDim: 5, outputDim: 3 }),
  ]);
  return { model: network, inputs: [integers([5, 4], 900)] };
}

function crossedIntegers(): ExportSubject {
  const [hour, day] = ['hour', 'day'].map((name) => input({ shape: [1], dtype: 'int32', name }));
  const crossed = layers.hashedCrossing({ numBins: 6 }).apply([hour, day]);
  const outputs = layers.embedding({ inputDim: 6, outputDim: 2 }).apply(crossed);
  return { model: model({ inputs: [hour, day], outputs }), inputs: [integers([4, 1], 24), integers([4, 1], 7)] };
}

function hashedStrings(): ExportSubject {
  const city = layers.stringInput({ shape: [1], name: 'city' });
  const hashed = layers.hashing({ numBins: 7 }).apply(city);
  const network = model({ inputs: city, outputs: layers.embedding({ inputDim: 7, outputDim: 2 }).apply(hashed) });
  const words = Uint32Array.from({ length: 8 }, (_, i) => (0x9e3779b9 * (i + 1)) >>> 0);
  return { model: network, inputs: [hostArray('uint32', [4, 1, 2], words)] };
}

function textByLstm(maskZero: boolean): ExportSubject {
  const network = sequential([
    layers.inputLayer({ shape: [12], dtype: 'int32' }),
    layers.embedding({ inputDim: 40, outputDim: 8, maskZero }),
    layers.bidirectional({ layer: layers.lstm({ units: 6, returnSequences: true }) }),
    layers.gru({ units: 5 }),
    layers.dense({ units: 1, activation: 'sigmoid' }),
  ]);
  return { model: network, inputs: [integers([5, 12], 40)] };
}

/** Returns a small network of MobileNet blocks (Howard et al., 2017; Sandler et al., 2018). */
function depthwise(): ExportSubject {
  const x = input({ shape: [16, 16, 3] });
  const activated = (y: SymbolicTensor): SymbolicTensor =>
    layers.reLU({ maxValue: 6 }).apply(layers.batchNormalization().apply(y));
  const block = (y: SymbolicTensor, filters: number, strides: number): SymbolicTensor => {
    const wide = activated(layers.conv2d({ filters: 12, kernelSize: 1, useBias: false }).apply(y));
    const moved = activated(
      layers.depthwiseConv2d({ kernelSize: 3, strides, padding: 'same', useBias: false }).apply(wide),
    );
    return layers.batchNormalization().apply(layers.conv2d({ filters, kernelSize: 1, useBias: false }).apply(moved));
  };
  const stem = activated(
    layers.conv2d({ filters: 6, kernelSize: 3, strides: 2, useBias: false }).apply(
      layers
        .zeroPadding2d({
          padding: [
            [0, 1],
            [0, 1],
          ],
        })
        .apply(x),
    ),
  );
  const residual = layers.add().apply([stem, block(stem, 6, 1)]);
  const pooled = layers.globalAveragePooling2d({ keepdims: true }).apply(block(residual, 8, 2));
  const scores = layers.conv2d({ filters: 7, kernelSize: 1 }).apply(pooled);
  const outputs = layers
    .activation({ activation: 'softmax' })
    .apply(layers.reshape({ targetShape: [7] }).apply(scores));
  return { model: unsettled(model({ inputs: x, outputs })), inputs: [reals([2, 16, 16, 3])] };
}

function severalInputsAndOutputs(): ExportSubject {
  const image = input({ shape: [8, 8, 2], name: 'image' });
  const facts = input({ shape: [5], name: 'facts' });
  const seen = layers.flatten().apply(layers.conv2d({ filters: 3, kernelSize: 3, activation: 'elu' }).apply(image));
  const joined = layers.concatenate().apply([seen, layers.dense({ units: 4, activation: 'tanh' }).apply(facts)]);
  const kind = layers.dense({ units: 3, activation: 'softmax', name: 'kind' }).apply(joined);
  const size = layers.dense({ units: 1, name: 'size' }).apply(joined);
  return {
    model: model({ inputs: [image, facts], outputs: [kind, size] }),
    inputs: [reals([3, 8, 8, 2]), reals([3, 5])],
  };
}

function nested(): ExportSubject {
  const inner = sequential([
    layers.inputLayer({ shape: [6] }),
    layers.dense({ units: 6, activation: 'gelu' }),
    layers.layerNormalization(),
  ]);
  const x = input({ shape: [6] });
  const twice = inner.apply(inner.apply(x));
  return { model: model({ inputs: x, outputs: layers.dense({ units: 2 }).apply(twice) }), inputs: [reals([4, 6])] };
}

function shared(): ExportSubject {
  const tower = layers.dense({ units: 8, activation: 'selu' });
  const left = input({ shape: [7] });
  const right = input({ shape: [7] });
  const near = layers.dot({ axes: 1, normalize: true }).apply([tower.apply(left), tower.apply(right)]);
  return { model: model({ inputs: [left, right], outputs: near }), inputs: [reals([3, 7]), reals([3, 7])] };
}

/** Returns a transformer encoder block (Vaswani et al., 2017) with pre-normalization. */
function transformer(): ExportSubject {
  const x = input({ shape: [9], dtype: 'int32' });
  const vectors = layers.embedding({ inputDim: 30, outputDim: 8 }).apply(x);
  const first = layers.layerNormalization({ epsilon: 1e-6 }).apply(vectors);
  const seen = layers.multiHeadAttention({ numHeads: 2, keyDim: 4 }).apply([first, first], { useCausalMask: true });
  const middle = layers.add().apply([vectors, seen]);
  const second = layers.rmsNormalization().apply(middle);
  const wide = layers.dense({ units: 16, activation: 'gelu' }).apply(second);
  const outputs = layers
    .dense({ units: 30, activation: 'logSoftmax' })
    .apply(layers.add().apply([middle, layers.dense({ units: 8 }).apply(wide)]));
  return { model: model({ inputs: x, outputs }), inputs: [integers([4, 9], 30)] };
}

/** Returns a small U-Net (Ronneberger, Fischer, Brox, 2015). */
function encoderDecoder(): ExportSubject {
  const x = input({ shape: [12, 12, 2] });
  const fine = layers.conv2d({ filters: 4, kernelSize: 3, padding: 'same', activation: 'relu' }).apply(x);
  const coarse = layers
    .conv2d({ filters: 6, kernelSize: 3, padding: 'same', activation: 'relu' })
    .apply(layers.averagePooling2d({ poolSize: 2 }).apply(fine));
  const learned = layers.conv2dTranspose({ filters: 4, kernelSize: 2, strides: 2 }).apply(coarse);
  const plain = layers.upSampling2d({ size: 2, interpolation: 'bilinear' }).apply(coarse);
  const joined = layers.groupNormalization({ groups: 2 }).apply(layers.concatenate().apply([fine, learned, plain]));
  const outputs = layers.conv2d({ filters: 1, kernelSize: 1, activation: 'sigmoid' }).apply(joined);
  return { model: model({ inputs: x, outputs }), inputs: [reals([2, 12, 12, 2])] };
}

class TwoPaths extends Model {
  static override readonly className: string = 'TwoPaths';
  readonly hidden = layers.dense({ units: 8, activation: 'swish' });
  readonly gate = layers.dense({ units: 8, activation: 'sigmoid' });
  readonly scores = layers.dense({ units: 3 });

  override call(x: Tensor, context: CallContext): Tensor {
    const hidden = this.hidden.apply(x, context);
    const open = this.gate.apply(x, context);
    return this.scores.apply(add(mul(open, hidden), tanh(hidden)), context);
  }
}

function subclassed(): ExportSubject {
  const network = new TwoPaths();
  network.build([null, 5]);
  return { model: network, inputs: [reals([3, 5])] };
}

/** Returns a network of stacked recurrent cells and lambda layers, for which ONNX has no operators. */
function ownRecurrence(): ExportSubject {
  const cells = [layers.gruCell({ units: 5 }), layers.lstmCell({ units: 4 })];
  const network = sequential([
    layers.inputLayer({ shape: [6, 3] }),
    layers.lstm({ units: 4, activation: (x) => mul(tanh(x), 0.9), returnSequences: true }),
    layers.rnn({ cell: cells }),
    layers.lambda({ function: (x) => add(x, 1) }),
  ]);
  return { model: network, inputs: [reals([3, 6, 3])] };
}

/** Returns a network with dynamic height and width. */
function anySize(): ExportSubject {
  const network = sequential([
    layers.inputLayer({ shape: [null, null, 2] }),
    layers.conv2d({ filters: 3, kernelSize: 3, padding: 'same', activation: 'relu' }),
    layers.batchNormalization(),
    layers.upSampling2d({ size: [2, 3] }),
    layers.layerNormalization(),
  ]);
  return { model: unsettled(network), inputs: [reals([2, 5, 6, 2])] };
}

function stateful(): ExportSubject {
  const x = input({ batchShape: [4, 6, 3] });
  const y = layers.lstm({ units: 4, stateful: true }).apply(x);
  return { model: model({ inputs: x, outputs: y }), inputs: [reals([4, 6, 3])] };
}

const makers: Readonly<Record<string, () => ExportSubject>> = {
  'sequential: a convolutional network on raw pixels': convolutional,
  'sequential: a dense network with batch normalization': normalizedDense,
  'sequential: text by LSTM and GRU': () => textByLstm(false),
  'sequential: text by LSTM and GRU, with a mask': () => textByLstm(true),
  'functional: depthwise blocks with residuals': depthwise,
  'functional: several inputs and outputs': severalInputsAndOutputs,
  'functional: a nested model, used twice': nested,
  'functional: a shared layer': shared,
  'functional: a transformer block': transformer,
  'functional: an encoder and decoder with skip connections': encoderDecoder,
  'sequential: upsampled images of any size': anySize,
  'subclassed: two paths': subclassed,
  'sequential: a custom recurrence': ownRecurrence,
  'sequential: encoded texts': encodedTexts,
  'sequential: one-hot tokens': oneHotTokens,
  'sequential: looked-up integers': lookedUpIntegers,
  'sequential: hashed integers': hashedIntegers,
  'functional: crossed integers': crossedIntegers,
  'functional: hashed strings': hashedStrings,
};

/** Complete models of various architectures. */
export const networkCases: readonly ExportCase[] = [
  ...Object.entries(makers).map(([name, make]) => ({ name, group: 'networks', make })),
  {
    name: 'functional: a stateful layer',
    group: 'networks',
    make: stateful,
    fixedBatch: { size: 4, reason: 'A stateful layer is built for one batch size.' },
  },
];
