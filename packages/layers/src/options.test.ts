import { describe, expect, test } from '@jest/globals';
import { tensor } from '@manabi/core';
import { callbacks, constraints, initializers, layers, losses, metrics, regularizers, sequential } from './index.ts';

type Make = (options: unknown) => unknown;

/** All functions of a name space that make something of options: by name, without types and what takes no options. */
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
  // Their options come second, or are functions of their own.
  callbacks: makers(callbacks, ['csvLogger', 'lambdaCallback', 'learningRateScheduler']),
  initializers: makers(initializers),
  regularizers: makers(regularizers),
  constraints: makers(constraints),
};

const isMistake = expect.objectContaining({ code: 'argument' });

describe.each(Object.entries(spaces))('options of %s', (_space, entries) => {
  test('there are some', () => expect(entries.length).toBeGreaterThan(3));

  test.each(entries)('$name refuses a string, a number and a list in place of an object', ({ make }) => {
    for (const given of ['relu', 7, [3]]) expect(() => make(given)).toThrow(isMistake);
  });

  test.each(entries)('$name refuses a name that nobody knows', ({ make }) => {
    expect(() => make({ zork: 1 })).toThrow(isMistake);
  });
});

describe('messages about options', () => {
  test('name what was given, and the names there are', () => {
    const make: Make = (options) => layers.leakyReLU(options as object); // as plain JavaScript does
    expect(() => make(0.2)).toThrow(
      expect.objectContaining({
        code: 'argument',
        op: 'LeakyReLU',
        data: expect.objectContaining({ known: expect.arrayContaining(['negativeSlope', 'name']) }),
      }),
    );
  });

  test('name the nearest names', () => {
    // @ts-expect-error misspelled
    expect(() => losses.huber({ dleta: 2 })).toThrow(
      expect.objectContaining({ data: expect.objectContaining({ name: 'dleta', nearest: ['delta'] }) }),
    );
  });

  test('callbacks of which options come second check them', () => {
    // @ts-expect-error no such option
    expect(() => callbacks.csvLogger('log.csv', { seperator: ';' })).toThrow(isMistake);
    // @ts-expect-error no such option
    expect(() => callbacks.learningRateScheduler((_, rate) => rate, { verbos: 1 })).toThrow(isMistake);
    // @ts-expect-error no function
    expect(() => callbacks.learningRateScheduler({})).toThrow(isMistake);
    expect(() => callbacks.lambdaCallback(Object({ onEpochEnde: () => {} }))).toThrow(isMistake);
  });

  test('models refuse them, too', () => {
    // @ts-expect-error no options
    expect(() => sequential([], 3)).toThrow(isMistake);
  });
});

/** Calls as plain JavaScript does: with options of any type. */
const call = (make: (options: never) => unknown, options: unknown) => (): unknown =>
  Reflect.apply(make, null, [options]);

describe('options that make no sense', () => {
  const dense = { units: 2 };
  const conv = { filters: 2, kernelSize: 3 };
  test.each<[string, (options: never) => unknown, object, string]>([
    ['a fraction of a unit', layers.dense, { units: 2.5 }, 'units'],
    ['a word for a boolean', layers.dense, { ...dense, useBias: 'no' }, 'useBias'],
    ['a number for an activation', layers.dense, { ...dense, activation: 3 }, 'activation'],
    ['an unknown initializer', layers.dense, { ...dense, kernelInitializer: 'heNrmal' }, 'kernelInitializer'],
    ['a negative length of the input', layers.dense, { ...dense, inputShape: [-3] }, 'inputShape[0]'],
    ['a number for a shape', layers.dense, { ...dense, inputShape: 3 }, 'inputShape'],
    ['an unknown dtype', layers.dense, { ...dense, dtype: 'float12' }, 'dtype'],
    ['a number for a name', layers.dense, { ...dense, name: 3 }, 'name'],
    ['a word for trainable', layers.dense, { ...dense, trainable: 'yes' }, 'trainable'],
    ['a stride of 0', layers.conv2d, { ...conv, strides: 0 }, 'strides'],
    ['a kernel of three lengths for images', layers.conv2d, { filters: 2, kernelSize: [1, 2, 3] }, 'kernelSize'],
    ['a fraction in a kernel', layers.conv2d, { filters: 2, kernelSize: [3, 1.5] }, 'kernelSize[1]'],
    ['another padding', layers.conv2d, { ...conv, padding: 'causal' }, 'padding'],
    ['filters that groups do not divide', layers.conv2d, { ...conv, filters: 3, groups: 2 }, 'filters'],
    ['another data format', layers.conv2d, { ...conv, dataFormat: 'NCHW' }, 'dataFormat'],
    ['an output padding of a stride', layers.conv2dTranspose, { ...conv, outputPadding: 1 }, 'outputPadding'],
    ['a negative margin', layers.cropping2d, { cropping: [[0, -1], 2] }, 'cropping[0][1]'],
    ['three margins of an image', layers.zeroPadding2d, { padding: [1, 2, 3] }, 'padding'],
    ['a rate above 1', layers.dropout, { rate: 1.5 }, 'rate'],
    ['NaN for a rate', layers.dropout, { rate: Number.NaN }, 'rate'],
    ['a rate that makes noise infinite', layers.gaussianDropout, { rate: 1 }, 'rate'],
    ['a rate that leaves nothing', layers.alphaDropout, { rate: 1 }, 'rate'],
    ['a negative seed', layers.dropout, { rate: 0.5, seed: -1 }, 'seed'],
    ['a negative epsilon', layers.batchNormalization, { epsilon: -1 }, 'epsilon'],
    ['a momentum of 2', layers.batchNormalization, { momentum: 2 }, 'momentum'],
    [
      'limits without numbers between',
      layers.batchNormalization,
      { renormClipping: { rmin: 2, rmax: 1 } },
      'renormClipping.rmin',
    ],
    ['an unknown limit', layers.batchNormalization, { renormClipping: { rmx: 1 } }, 'renormClipping.rmx'],
    ['no groups', layers.groupNormalization, { groups: 0 }, 'groups'],
    ['a fraction of an axis', layers.layerNormalization, { axis: [1, 0.5] }, 'axis[1]'],
    ['a negative variance', layers.normalization, { mean: 0, variance: -1 }, 'variance'],
    ['a mean alone', layers.normalization, { mean: 0 }, 'variance'],
    ['a word in a scale', layers.rescaling, { scale: [1, 'a'] }, 'scale[1]'],
    ['an axis twice', layers.permute, { dims: [1, 1] }, 'dims'],
    ['two lengths that are left', layers.reshape, { targetShape: [-1, -1] }, 'targetShape'],
    ['the axis of the batch', layers.dot, { axes: 0 }, 'axes'],
    [
      'cropping and padding',
      layers.resizing,
      { height: 2, width: 2, cropToAspectRatio: true, padToAspectRatio: true },
      'padToAspectRatio',
    ],
    [
      'heads that groups do not divide',
      layers.groupQueryAttention,
      { headDim: 2, numQueryHeads: 3, numKeyValueHeads: 2 },
      'numQueryHeads',
    ],
    ['a fraction of a head', layers.multiHeadAttention, { numHeads: 1.5, keyDim: 2 }, 'numHeads'],
    ['an implementation that there is not', layers.lstm, { units: 2, implementation: 3 }, 'implementation'],
    ['a word for returnSequences', layers.lstm, { units: 2, returnSequences: 'all' }, 'returnSequences'],
    ['a layer that is not recurrent', layers.bidirectional, { layer: layers.dense(dense) }, 'layer'],
    ['a layer that is not a cell', layers.rnn, { cell: [layers.lstmCell(dense), layers.dense(dense)] }, 'cell[1]'],
    ['no cells', layers.stackedRNNCells, { cells: [] }, 'cells'],
    ['a factory for a layer', layers.timeDistributed, { layer: layers.dense }, 'layer'],
    [
      'no power iterations',
      layers.spectralNormalization,
      { layer: layers.dense(dense), powerIterations: 0 },
      'powerIterations',
    ],
    ['an equation that has none', layers.einsumDense, { equation: 'ab->c', outputShape: 2 }, 'equation'],
    [
      'a letter that the output lacks',
      layers.einsumDense,
      { equation: 'ab,bc->ac', outputShape: 2, biasAxes: 'x' },
      'biasAxes',
    ],
    ['numbers for a function', layers.lambda, { function: 3 }, 'function'],
    ['a Map of arguments', layers.lambda, { function: 'relu', arguments: new Map() }, 'arguments'],
    ['NaN for a factor', regularizers.l2, { l2: Number.NaN }, 'l2'],
    ['a negative factor', regularizers.orthogonalRegularizer, { factor: -1 }, 'factor'],
    ['an interval whose ends are swapped', initializers.randomUniform, { minval: 5, maxval: -5 }, 'maxval'],
    ['a negative deviation', initializers.truncatedNormal, { stddev: -1 }, 'stddev'],
    ['a scale of 0', initializers.varianceScaling, { scale: 0 }, 'scale'],
    ['a window of words', initializers.stft, { window: ['a'] }, 'window[0]'],
    ['norms whose limits are swapped', constraints.minMaxNorm, { minValue: 2, maxValue: 1 }, 'maxValue'],
    ['a negative norm', constraints.maxNorm, { maxValue: -1 }, 'maxValue'],
    ['a negative delta', losses.huber, { delta: -1 }, 'delta'],
    ['a smoothing above 1', losses.categoricalCrossentropy, { labelSmoothing: 2 }, 'labelSmoothing'],
    ['another reduction', losses.meanSquaredError, { reduction: 'avg' }, 'reduction'],
    ['a word for a function', losses.lossFunctionWrapper, { fn: 'mse' }, 'fn'],
    ['a negative weight of a class', losses.categoricalFocalCrossentropy, { alpha: [0.5, -1] }, 'alpha[1]'],
    ['a q of 1', losses.categoricalGeneralizedCrossEntropy, { q: 1 }, 'q'],
    ['a threshold above 1', metrics.precision, { thresholds: [0.5, 2] }, 'thresholds[1]'],
    ['no thresholds', metrics.recall, { thresholds: [] }, 'thresholds'],
    ['a billion of thresholds', metrics.auc, { numThresholds: 1e9 }, 'numThresholds'],
    ['labels without multiLabel', metrics.auc, { numLabels: 3 }, 'numLabels'],
    ['a class beyond the classes', metrics.iou, { numClasses: 2, targetClassIds: [0, 2] }, 'targetClassIds[1]'],
    ['a billion of classes', metrics.meanIoU, { numClasses: 1e9 }, 'numClasses'],
    ['a specificity above 1', metrics.sensitivityAtSpecificity, { specificity: 2 }, 'specificity'],
    ['NaN for patience', callbacks.earlyStopping, { patience: Number.NaN }, 'patience'],
    ['a word for a learning rate', callbacks.reduceLROnPlateau, { minLr: 'a' }, 'minLr'],
    ['a factor that raises', callbacks.reduceLROnPlateau, { factor: 2 }, 'factor'],
    ['another mode', callbacks.earlyStopping, { mode: 'least' }, 'mode'],
    ['no method to write with', callbacks.progbarLogger, { output: {} }, 'output'],
    ['numbers as headers', callbacks.remoteMonitor, { headers: { a: 1 } }, 'headers.a'],
    ['every half batch', callbacks.tensorBoard, { updateFreq: 0.5 }, 'updateFreq'],
    ['a word for a hook', callbacks.lambdaCallback, { onEpochEnd: 'print' }, 'hooks.onEpochEnd'],
  ])('%s', (_title, make, options, name) => {
    expect(call(make, options)).toThrow(
      expect.objectContaining({ code: 'argument', data: expect.objectContaining({ name }) }),
    );
  });

  const bags: readonly unknown[] = [new Map(), new Float32Array(2), tensor([1]), Promise.resolve({}), null, [{}]];
  test.each([
    ...Object.values(spaces).flatMap((entries) => entries.slice(0, 4)),
    { name: 'earlyStopping', make: callbacks.earlyStopping },
  ])('an object of another class in place of the options of $name', ({ make }) => {
    for (const bag of bags) {
      expect(call(make, bag)).toThrow(
        expect.objectContaining({ code: 'argument', data: expect.objectContaining({ name: 'options' }) }),
      );
    }
  });
});

describe('options that Keras accepts', () => {
  test.each<[string, (options: never) => unknown, object]>([
    [
      'null for what there is not',
      layers.dense,
      { units: 2, name: null, activation: null, activityRegularizer: null, kernelConstraint: null },
    ],
    [
      'words in snake case',
      layers.conv2d,
      { filters: 2, kernelSize: [3, 2], padding: 'SAME', dataFormat: 'channels_first' },
    ],
    ['strides of null, for the size of the window', layers.maxPooling2d, { strides: null }],
    ['a dropout of everything', layers.dropout, { rate: 1 }],
    ['an epsilon of 0', layers.batchNormalization, { epsilon: 0 }],
    ['a group of each feature', layers.groupNormalization, { groups: -1 }],
    ['axes of null', layers.normalization, { axis: null }],
    ['several axes', layers.layerNormalization, { axis: [-2, -1] }],
    ['output lengths of null', layers.einsumDense, { equation: 'abc,cd->abd', outputShape: [null, 4], biasAxes: null }],
    ['a clipping without limits', layers.batchNormalization, { renorm: true, renormClipping: {} }],
    ['an interval of one number', initializers.randomUniform, { minval: 1, maxval: 1 }],
    ['a deviation of 0', initializers.randomNormal, { stddev: 0 }],
    ['norms of 0', constraints.maxNorm, { maxValue: 0 }],
    ['an ignored class that is none', losses.sparseCategoricalCrossentropy, { ignoreClass: -1 }],
    ['weights of classes', losses.categoricalFocalCrossentropy, { alpha: [0.25, 0.75] }],
    ['a threshold of logits', metrics.binaryAccuracy, { threshold: -2 }],
    ['one threshold', metrics.sensitivityAtSpecificity, { specificity: 0.5, numThresholds: 1 }],
    ['a negative difference', callbacks.earlyStopping, { minDelta: -0.1, patience: 0 }],
  ])('%s', (_title, make, options) => {
    expect(call(make, options)).not.toThrow();
  });
});
