import { describe, expect, test } from '@jest/globals';
import { tensor } from '@manabi/core';
import { callbacks, constraints, initializers, layers, losses, metrics, regularizers, sequential } from './index.ts';

type Make = (options: unknown) => unknown;

/**
 * Returns the functions of a namespace that take an options object, by name. Types and other functions are excluded.
 */
function makers(
  space: object,
  without: readonly string[] = [],
): readonly { readonly name: string; readonly make: Make }[] {
  const isMaker = (name: string): boolean => /^[a-z]/.test(name) && !/^(get|register)[A-Z]/.test(name);
  return Object.entries(space)
    .filter(([name, value]) => typeof value === 'function' && isMaker(name) && !without.includes(name))
    .map(([name, value]) => ({ name, make: (options) => value(options) }));
}

const spaces = {
  layers: makers(layers),
  losses: makers(losses),
  metrics: makers(metrics),
  // The options of these functions are their second argument, or a function.
  callbacks: makers(callbacks, ['csvLogger', 'lambdaCallback', 'learningRateScheduler']),
  initializers: makers(initializers),
  regularizers: makers(regularizers),
  constraints: makers(constraints),
};

const isMistake = expect.objectContaining({ code: 'argument' });

describe.each(Object.entries(spaces))('functions that the namespace %s exports', (_space, entries) => {
  test('the test finds more than three functions with options', () => expect(entries.length).toBeGreaterThan(3));

  test.each(entries)('$name rejects a string, number or list in place of options', ({ make }) => {
    for (const given of ['relu', 7, [3]]) expect(() => make(given)).toThrow(isMistake);
  });

  test.each(entries)('$name rejects an unknown option', ({ make }) => {
    expect(() => make({ zork: 1 })).toThrow(isMistake);
  });
});

describe('errors about options', () => {
  test('the error for a value that is not an options object lists the names of all options', () => {
    const make: Make = (options) => layers.leakyReLU(options as object); // as plain JavaScript can
    expect(() => make(0.2)).toThrow(
      expect.objectContaining({
        code: 'argument',
        op: 'LeakyReLU',
        data: expect.objectContaining({ known: expect.arrayContaining(['negativeSlope', 'name']) }),
      }),
    );
  });

  test('the error for an unknown option suggests the nearest name', () => {
    // @ts-expect-error misspelled
    expect(() => losses.huber({ dleta: 2 })).toThrow(
      expect.objectContaining({ data: expect.objectContaining({ name: 'dleta', nearest: ['delta'] }) }),
    );
  });

  test('callbacks whose options are their second argument check them', () => {
    // @ts-expect-error no such option
    expect(() => callbacks.csvLogger('log.csv', { seperator: ';' })).toThrow(isMistake);
    // @ts-expect-error no such option
    expect(() => callbacks.learningRateScheduler((_, rate) => rate, { verbos: 1 })).toThrow(isMistake);
    // @ts-expect-error no function
    expect(() => callbacks.learningRateScheduler({})).toThrow(isMistake);
    expect(() => callbacks.lambdaCallback(Object({ onEpochEnde: () => {} }))).toThrow(isMistake);
  });

  test('sequential and model check their options', () => {
    // @ts-expect-error no options
    expect(() => sequential([], 3)).toThrow(isMistake);
  });
});

/** Returns a function that calls `make` with options of any type, as plain JavaScript can. */
const call = (make: (options: never) => unknown, options: unknown) => (): unknown =>
  Reflect.apply(make, null, [options]);

describe('functions with options', () => {
  const dense = { units: 2 };
  const conv = { filters: 2, kernelSize: 3 };
  test.each<[string, (options: never) => unknown, object, string]>([
    ['a fractional number of units', layers.dense, { units: 2.5 }, 'units'],
    ['a string for the boolean useBias', layers.dense, { ...dense, useBias: 'no' }, 'useBias'],
    ['a number for an activation', layers.dense, { ...dense, activation: 3 }, 'activation'],
    ['an unknown initializer', layers.dense, { ...dense, kernelInitializer: 'heNrmal' }, 'kernelInitializer'],
    ['a negative input length', layers.dense, { ...dense, inputShape: [-3] }, 'inputShape[0]'],
    ['a number for inputShape', layers.dense, { ...dense, inputShape: 3 }, 'inputShape'],
    ['an unknown dtype', layers.dense, { ...dense, dtype: 'float12' }, 'dtype'],
    ['a number for a name', layers.dense, { ...dense, name: 3 }, 'name'],
    ['a string for trainable', layers.dense, { ...dense, trainable: 'yes' }, 'trainable'],
    ['a stride of 0', layers.conv2d, { ...conv, strides: 0 }, 'strides'],
    ['a kernelSize of three lengths in conv2d', layers.conv2d, { filters: 2, kernelSize: [1, 2, 3] }, 'kernelSize'],
    ['a fractional length in kernelSize', layers.conv2d, { filters: 2, kernelSize: [3, 1.5] }, 'kernelSize[1]'],
    ['an unsupported padding in conv2d', layers.conv2d, { ...conv, padding: 'causal' }, 'padding'],
    ['filters not divisible by groups', layers.conv2d, { ...conv, filters: 3, groups: 2 }, 'filters'],
    ['an unknown dataFormat', layers.conv2d, { ...conv, dataFormat: 'NCHW' }, 'dataFormat'],
    [
      'an outputPadding as large as the stride of conv2dTranspose',
      layers.conv2dTranspose,
      { ...conv, outputPadding: 1 },
      'outputPadding',
    ],
    ['a negative length in cropping', layers.cropping2d, { cropping: [[0, -1], 2] }, 'cropping[0][1]'],
    ['three lengths in the padding of zeroPadding2d', layers.zeroPadding2d, { padding: [1, 2, 3] }, 'padding'],
    ['a dropout rate above 1', layers.dropout, { rate: 1.5 }, 'rate'],
    ['a dropout rate of NaN', layers.dropout, { rate: Number.NaN }, 'rate'],
    ['a rate of 1 in gaussianDropout, for which the noise is infinite', layers.gaussianDropout, { rate: 1 }, 'rate'],
    ['a rate of 1 in alphaDropout', layers.alphaDropout, { rate: 1 }, 'rate'],
    ['a negative seed', layers.dropout, { rate: 0.5, seed: -1 }, 'seed'],
    ['a negative epsilon in batchNormalization', layers.batchNormalization, { epsilon: -1 }, 'epsilon'],
    ['a momentum of 2 in batchNormalization', layers.batchNormalization, { momentum: 2 }, 'momentum'],
    [
      'a renormClipping whose rmin is above rmax',
      layers.batchNormalization,
      { renormClipping: { rmin: 2, rmax: 1 } },
      'renormClipping.rmin',
    ],
    [
      'an unknown limit in renormClipping',
      layers.batchNormalization,
      { renormClipping: { rmx: 1 } },
      'renormClipping.rmx',
    ],
    ['groups of 0 in groupNormalization', layers.groupNormalization, { groups: 0 }, 'groups'],
    ['a fractional axis in layerNormalization', layers.layerNormalization, { axis: [1, 0.5] }, 'axis[1]'],
    ['a negative variance in normalization', layers.normalization, { mean: 0, variance: -1 }, 'variance'],
    ['a mean without a variance in normalization', layers.normalization, { mean: 0 }, 'variance'],
    ['a string in the scale of rescaling', layers.rescaling, { scale: [1, 'a'] }, 'scale[1]'],
    ['a repeated axis in the dims of permute', layers.permute, { dims: [1, 1] }, 'dims'],
    ['two lengths of -1 in the targetShape of reshape', layers.reshape, { targetShape: [-1, -1] }, 'targetShape'],
    ['the batch axis in the axes of dot', layers.dot, { axes: 0 }, 'axes'],
    [
      'both cropToAspectRatio and padToAspectRatio',
      layers.resizing,
      { height: 2, width: 2, cropToAspectRatio: true, padToAspectRatio: true },
      'padToAspectRatio',
    ],
    [
      'a numQueryHeads not divisible by numKeyValueHeads',
      layers.groupQueryAttention,
      { headDim: 2, numQueryHeads: 3, numKeyValueHeads: 2 },
      'numQueryHeads',
    ],
    ['a fractional numHeads', layers.multiHeadAttention, { numHeads: 1.5, keyDim: 2 }, 'numHeads'],
    ['an unknown implementation of lstm', layers.lstm, { units: 2, implementation: 3 }, 'implementation'],
    ['a string for returnSequences', layers.lstm, { units: 2, returnSequences: 'all' }, 'returnSequences'],
    ['a layer in bidirectional that is not recurrent', layers.bidirectional, { layer: layers.dense(dense) }, 'layer'],
    [
      'a layer in the cells of rnn that is not a cell',
      layers.rnn,
      { cell: [layers.lstmCell(dense), layers.dense(dense)] },
      'cell[1]',
    ],
    ['an empty list of cells in stackedRNNCells', layers.stackedRNNCells, { cells: [] }, 'cells'],
    ['a factory function for the layer of timeDistributed', layers.timeDistributed, { layer: layers.dense }, 'layer'],
    [
      'powerIterations of 0 in spectralNormalization',
      layers.spectralNormalization,
      { layer: layers.dense(dense), powerIterations: 0 },
      'powerIterations',
    ],
    ['an incomplete equation in einsumDense', layers.einsumDense, { equation: 'ab->c', outputShape: 2 }, 'equation'],
    [
      'biasAxes that the output of einsumDense lacks',
      layers.einsumDense,
      { equation: 'ab,bc->ac', outputShape: 2, biasAxes: 'x' },
      'biasAxes',
    ],
    ['a number for the function of lambda', layers.lambda, { function: 3 }, 'function'],
    ['a Map for the arguments of lambda', layers.lambda, { function: 'relu', arguments: new Map() }, 'arguments'],
    ['a factor of NaN in l2', regularizers.l2, { l2: Number.NaN }, 'l2'],
    ['a negative factor in orthogonalRegularizer', regularizers.orthogonalRegularizer, { factor: -1 }, 'factor'],
    ['a minval above maxval in randomUniform', initializers.randomUniform, { minval: 5, maxval: -5 }, 'maxval'],
    ['a negative stddev in truncatedNormal', initializers.truncatedNormal, { stddev: -1 }, 'stddev'],
    ['a scale of 0 in varianceScaling', initializers.varianceScaling, { scale: 0 }, 'scale'],
    ['strings in the window of stft', initializers.stft, { window: ['a'] }, 'window[0]'],
    ['a minValue above maxValue in minMaxNorm', constraints.minMaxNorm, { minValue: 2, maxValue: 1 }, 'maxValue'],
    ['a negative maxValue in maxNorm', constraints.maxNorm, { maxValue: -1 }, 'maxValue'],
    ['a negative delta in huber', losses.huber, { delta: -1 }, 'delta'],
    ['a labelSmoothing above 1', losses.categoricalCrossentropy, { labelSmoothing: 2 }, 'labelSmoothing'],
    ['an unknown reduction of a loss', losses.meanSquaredError, { reduction: 'avg' }, 'reduction'],
    ['a string for the fn of lossFunctionWrapper', losses.lossFunctionWrapper, { fn: 'mse' }, 'fn'],
    [
      'a negative weight in the alpha of categoricalFocalCrossentropy',
      losses.categoricalFocalCrossentropy,
      { alpha: [0.5, -1] },
      'alpha[1]',
    ],
    ['a q of 1 in categoricalGeneralizedCrossEntropy', losses.categoricalGeneralizedCrossEntropy, { q: 1 }, 'q'],
    ['a threshold above 1 in precision', metrics.precision, { thresholds: [0.5, 2] }, 'thresholds[1]'],
    ['an empty list of thresholds in recall', metrics.recall, { thresholds: [] }, 'thresholds'],
    ['a billion thresholds in auc', metrics.auc, { numThresholds: 1e9 }, 'numThresholds'],
    ['numLabels without multiLabel in auc', metrics.auc, { numLabels: 3 }, 'numLabels'],
    [
      'a target class of iou that is not below numClasses',
      metrics.iou,
      { numClasses: 2, targetClassIds: [0, 2] },
      'targetClassIds[1]',
    ],
    ['a billion classes in meanIoU', metrics.meanIoU, { numClasses: 1e9 }, 'numClasses'],
    [
      'a specificity above 1 in sensitivityAtSpecificity',
      metrics.sensitivityAtSpecificity,
      { specificity: 2 },
      'specificity',
    ],
    ['a patience of NaN in earlyStopping', callbacks.earlyStopping, { patience: Number.NaN }, 'patience'],
    ['a string for the minLr of reduceLROnPlateau', callbacks.reduceLROnPlateau, { minLr: 'a' }, 'minLr'],
    ['a factor above 1 in reduceLROnPlateau', callbacks.reduceLROnPlateau, { factor: 2 }, 'factor'],
    ['an unknown mode of earlyStopping', callbacks.earlyStopping, { mode: 'least' }, 'mode'],
    ['an output of progbarLogger without write()', callbacks.progbarLogger, { output: {} }, 'output'],
    ['numbers as headers of remoteMonitor', callbacks.remoteMonitor, { headers: { a: 1 } }, 'headers.a'],
    ['a fractional updateFreq of tensorBoard', callbacks.tensorBoard, { updateFreq: 0.5 }, 'updateFreq'],
    ['a string for a hook of lambdaCallback', callbacks.lambdaCallback, { onEpochEnd: 'print' }, 'hooks.onEpochEnd'],
  ])('reject %s', (_title, make, options, name) => {
    expect(call(make, options)).toThrow(
      expect.objectContaining({ code: 'argument', data: expect.objectContaining({ name }) }),
    );
  });

  const otherObjects: readonly unknown[] = [
    new Map(),
    new Float32Array(2),
    tensor([1]),
    Promise.resolve({}),
    null,
    [{}],
  ];
  test.each([
    ...Object.values(spaces).flatMap((entries) => entries.slice(0, 4)),
    { name: 'earlyStopping', make: callbacks.earlyStopping },
  ])('$name rejects an object of another class in place of options', ({ make }) => {
    for (const given of otherObjects) {
      expect(call(make, given)).toThrow(
        expect.objectContaining({ code: 'argument', data: expect.objectContaining({ name: 'options' }) }),
      );
    }
  });
});

describe('functions with options that Keras accepts', () => {
  test.each<[string, (options: never) => unknown, object]>([
    [
      'null for options of dense that turn features off',
      layers.dense,
      { units: 2, name: null, activation: null, activityRegularizer: null, kernelConstraint: null },
    ],
    [
      'strings of conv2d in upper case and snake case',
      layers.conv2d,
      { filters: 2, kernelSize: [3, 2], padding: 'SAME', dataFormat: 'channels_first' },
    ],
    ['strides of null in maxPooling2d, which stand for the pool size', layers.maxPooling2d, { strides: null }],
    ['a dropout rate of 1', layers.dropout, { rate: 1 }],
    ['an epsilon of 0 in batchNormalization', layers.batchNormalization, { epsilon: 0 }],
    [
      'groups of -1 in groupNormalization, which stand for one group per feature',
      layers.groupNormalization,
      { groups: -1 },
    ],
    ['an axis of null in normalization', layers.normalization, { axis: null }],
    ['several axes in layerNormalization', layers.layerNormalization, { axis: [-2, -1] }],
    [
      'output lengths of null in einsumDense',
      layers.einsumDense,
      { equation: 'abc,cd->abd', outputShape: [null, 4], biasAxes: null },
    ],
    [
      'renormClipping without limits in batchNormalization',
      layers.batchNormalization,
      { renorm: true, renormClipping: {} },
    ],
    ['equal limits in randomUniform', initializers.randomUniform, { minval: 1, maxval: 1 }],
    ['a standard deviation of 0 in randomNormal', initializers.randomNormal, { stddev: 0 }],
    ['a maxNorm of 0', constraints.maxNorm, { maxValue: 0 }],
    [
      'an ignoreClass of -1 in sparseCategoricalCrossentropy',
      losses.sparseCategoricalCrossentropy,
      { ignoreClass: -1 },
    ],
    [
      'one alpha per class in categoricalFocalCrossentropy',
      losses.categoricalFocalCrossentropy,
      { alpha: [0.25, 0.75] },
    ],
    ['a negative threshold in binaryAccuracy, for logits', metrics.binaryAccuracy, { threshold: -2 }],
    [
      'a single threshold in sensitivityAtSpecificity',
      metrics.sensitivityAtSpecificity,
      { specificity: 0.5, numThresholds: 1 },
    ],
    ['a negative minDelta in earlyStopping', callbacks.earlyStopping, { minDelta: -0.1, patience: 0 }],
  ])('accept %s', (_title, make, options) => {
    expect(call(make, options)).not.toThrow();
  });
});
