import { describe, expect, test } from '@jest/globals';
import * as core from './index.ts';
import { thrown } from './test-backend/errors.fixture.ts';

// TypeScript rejects all calls in this file. In plain JavaScript, each must throw a ManabiError that names the called
// function.

const { random, tensor } = core;
const x = tensor([
  [1, 2, 3],
  [4, 5, 6],
]);
const key = random.key(1);

/** Calls a function with arguments of any type, and returns the ManabiError that it throws. */
function errorOf(f: unknown, ...args: readonly unknown[]) {
  if (typeof f !== 'function') throw new TypeError('Expected a function to test.');
  return thrown(() => Reflect.apply(f, null, args));
}

describe('shapes', () => {
  test.each<[string, unknown, readonly unknown[]]>([
    ['zeros', core.zeros, [3]],
    ['zeros', core.zeros, [2, 3]],
    ['ones', core.ones, ['2']],
    ['full', core.full, [3, 1]],
    ['tensor', tensor, [[1, 2], { shape: 2 }]],
    ['reshape', core.reshape, [x, 3, 2]],
    ['broadcastTo', core.broadcastTo, [x, 2]],
    ['random.normal', random.normal, [key, 3]],
    ['random.normal', random.normal, [key]],
    ['random.uniform', random.uniform, [key, null]],
    ['random.truncatedNormal', random.truncatedNormal, [key, 3]],
    ['random.bits', random.bits, [key, 3]],
    ['random.randint', random.randint, [key, 3, 0, 10]],
  ])('%s rejects a shape that is not an array', (op, f, args) => {
    expect(errorOf(f, ...args)).toMatchObject({ code: 'argument', op });
  });

  test.each<[string, unknown, readonly unknown[]]>([
    ['zeros', core.zeros, [[2, -1]]],
    ['ones', core.ones, [[1.5]]],
    ['reshape', core.reshape, [x, [-2, 3]]],
    ['random.normal', random.normal, [key, [Number.NaN]]],
    ['linspace', core.linspace, [0, 1, 2.5]],
  ])('%s rejects invalid lengths', (op, f, args) => {
    expect(errorOf(f, ...args)).toMatchObject({ code: 'shape', op });
  });
});

describe('options', () => {
  test.each<[string, unknown, readonly unknown[]]>([
    [
      'tensor',
      tensor,
      [
        [1, 2, 3, 4],
        [2, 2],
      ],
    ],
    ['tensor', tensor, [[1, 2], 'int32']],
    ['zeros', core.zeros, [[2], 'int32']],
    ['zerosLike', core.zerosLike, [x, 'int32']],
    ['sum', core.sum, [x, 0, true]],
    ['argmax', core.argmax, [x, 0, true]],
    ['random.normal', random.normal, [key, [2], 5]],
    ['leakyRelu', core.leakyRelu, [x, 0.2]],
    ['gelu', core.gelu, [x, true]],
    ['layerNorm', core.layerNorm, [x, -1]],
    ['topK', core.topK, [x, 2, 1]],
    ['pad', core.pad, [x, 1, 'reflect']],
    ['scatterND', core.scatterND, [x, [[0]], 1, 'add']],
  ])('%s rejects options that are not an object', (op, f, args) => {
    expect(errorOf(f, ...args)).toMatchObject({ code: 'argument', op, data: { known: expect.any(Array) } });
  });

  test.each<[string, string, unknown, readonly unknown[]]>([
    ['tensor', 'type', tensor, [[1], { type: 'int32' }]],
    ['eye', 'diagonal', core.eye, [2, 2, { diagonal: 1 }]],
    ['mean', 'keepDims', core.mean, [x, 0, { keepDims: true }]],
    ['max', 'axis', core.max, [x, 0, { axis: 0 }]],
    ['norm', 'order', core.norm, [x, 0, { order: 1 }]],
    ['cumsum', 'reversed', core.cumsum, [x, 0, { reversed: true }]],
    ['conv', 'stride', core.conv, [x, x, { stride: 2 }]],
    ['convTranspose', 'stride', core.convTranspose, [x, x, { stride: 2 }]],
    ['maxPool', 'stride', core.maxPool, [x, 2, { stride: 2 }]],
    ['avgPool', 'stride', core.avgPool, [x, 2, { stride: 2 }]],
    ['oneHot', 'type', core.oneHot, [x, 3, { type: 'int32' }]],
    ['softmaxCrossEntropy', 'ignore', core.softmaxCrossEntropy, [x, x, { ignore: 0 }]],
    ['leakyRelu', 'slope', core.leakyRelu, [x, { slope: 0.2 }]],
    ['elu', 'slope', core.elu, [x, { slope: 1 }]],
    ['celu', 'slope', core.celu, [x, { slope: 1 }]],
    ['gelu', 'tanh', core.gelu, [x, { tanh: true }]],
    ['hardSigmoid', 'slope', core.hardSigmoid, [x, { slope: 0.2 }]],
    ['thresholdedRelu', 'theta', core.thresholdedRelu, [x, { theta: 1 }]],
    ['shrink', 'lambda', core.shrink, [x, { lambda: 1 }]],
    ['layerNorm', 'eps', core.layerNorm, [x, { eps: 1e-3 }]],
    ['rmsNorm', 'bias', core.rmsNorm, [x, { bias: x }]],
    ['batchNorm', 'gamma', core.batchNorm, [x, { mean: x, variance: x, gamma: x }]],
    ['batchNormTraining', 'momentum', core.batchNormTraining, [x, { momentum: 0.9 }]],
    ['groupNorm', 'eps', core.groupNorm, [x, 1, { eps: 1e-3 }]],
    ['sort', 'reverse', core.sort, [x, 0, { reverse: true }]],
    ['argsort', 'reverse', core.argsort, [x, 0, { reverse: true }]],
    ['topK', 'sorted', core.topK, [x, 1, { sorted: true }]],
    ['pad', 'constantValues', core.pad, [x, 1, { constantValues: 1 }]],
    ['gatherND', 'batch', core.gatherND, [x, [[0]], { batch: 1 }]],
    ['scatterElements', 'reduction', core.scatterElements, [x, [[0]], 1, { reduction: 'add' }]],
    ['scatterND', 'reduction', core.scatterND, [x, [[0]], 1, { reduction: 'add' }]],
    ['random.categorical', 'draws', random.categorical, [key, x, { draws: 3 }]],
    ['scan', 'reversed', core.scan, [(c: unknown) => [c, c], x, x, { reversed: true }]],
    ['whileLoop', 'turns', core.whileLoop, [core.isnan, core.negative, x, { turns: 3 }]],
    ['random.normal', 'stddev', random.normal, [key, [2], { stddev: 2 }]],
    ['random.uniform', 'max', random.uniform, [key, [2], { max: 2 }]],
    ['jit', 'donates', core.jit, [core.sum, { donates: [0] }]],
    ['grad', 'argnum', core.grad, [core.sum, { argnum: 1 }]],
    ['valueAndGrad', 'aux', core.valueAndGrad, [core.sum, { aux: true }]],
  ])('%s rejects the unknown option %s', (op, option, f, args) => {
    expect(errorOf(f, ...args)).toMatchObject({ code: 'argument', op, data: { name: option } });
  });

  test.each<[string, unknown, readonly unknown[]]>([
    ['zeros', core.zeros, [[2], { dtype: 'float' }]],
    ['tensor', tensor, [[2], { dtype: 'int64' }]],
    ['arange', core.arange, [0, 3, 1, { dtype: 'int' }]],
    ['oneHot', core.oneHot, [x, 3, { dtype: 'bfloat16' }]],
    ['random.normal', random.normal, [key, [2], { dtype: 'int32' }]],
  ])('%s rejects an unsupported dtype', (op, f, args) => {
    expect(errorOf(f, ...args)).toMatchObject({ code: 'dtype', op });
  });
});

describe('arguments', () => {
  test.each<[string, unknown, readonly unknown[]]>([
    ['concatenate', core.concatenate, [x, x]],
    ['stack', core.stack, [x]],
    ['sum', core.sum, [x, { axis: 0 }]],
    ['softmax', core.softmax, [x, '0']],
    ['add', core.add, [x]],
    ['add', core.add, [x, { dtype: 'float32', shape: [3], data: new Float32Array(3) }]],
    ['random.normal', random.normal, [[2, 3]]],
    ['random.normal', random.normal, [42, [2, 3]]],
  ])('%s rejects an argument of the wrong type', (op, f, args) => {
    expect(errorOf(f, ...args)).toMatchObject({ code: 'argument', op });
  });

  test.each<[unknown]>([[undefined], [null], ['a'], [1n], [new Int8Array(2)], [new BigInt64Array(2)], [x]])(
    'tensor rejects the element %p',
    (element) => {
      expect(errorOf(tensor, element)).toMatchObject({ code: 'argument', op: 'tensor' });
      expect(errorOf(tensor, [element])).toMatchObject({ code: 'argument', op: 'tensor' });
    },
  );

  test.each<[string, unknown]>([
    ['jit', core.jit],
    ['grad', core.grad],
    ['valueAndGrad', core.valueAndGrad],
    ['vjp', core.vjp],
    ['jacobian', core.jacobian],
    ['hessian', core.hessian],
    ['checkpoint', core.checkpoint],
    ['customGradient', core.customGradient],
  ])('%s rejects arguments that are not functions', (op, transform) => {
    expect(errorOf(transform, core.sum(x))).toMatchObject({ code: 'argument', op });
    expect(errorOf(transform, undefined)).toMatchObject({ code: 'argument', op });
  });

  test.each<[string, (f: (x: core.Tensor) => core.Tensor) => unknown]>([
    ['jacobian', core.jacobian],
    ['hessian', core.hessian],
  ])('%s rejects a tree of tensors as the first argument', (op, transform) => {
    expect(errorOf(transform(core.sum), { x })).toMatchObject({ code: 'argument', op });
  });
});

describe('JavaScript operators on tensors', () => {
  test.each<[string, (y: never) => unknown]>([
    ['x * 2', (y) => y * 2],
    ['x + 1', (y) => y + 1],
    ['x + x', (y) => y + y],
    ['x > 0', (y) => y > 0],
    ['-x', (y) => -y],
  ])('%s throws in eager code and in jitted functions', (_, use) => {
    expect(errorOf(use, x)).toMatchObject({ code: 'argument', op: 'Tensor', data: { shape: [2, 3] } });
    const { plain } = core.jit((y: core.Tensor) => Reflect.apply(use, null, [y]));
    expect(thrown(() => core.traceGraph(plain, { shape: [], dtype: 'float32' }))).toMatchObject({ op: 'Tensor' });
  });

  test('template strings and JSON.stringify print dtype, shape and state of a tensor', () => {
    const y = core.zeros([2], { dtype: 'int32' });
    expect(`${y}`).toBe('Tensor int32[2] (pending)');
    expect(JSON.stringify({ y })).toBe('{"y":"Tensor int32[2] (pending)"}');
  });
});

describe('mismatched shapes and dtypes', () => {
  test('are rejected with an error that names the called function', () => {
    expect(errorOf(core.stack, [x, core.zeros([2, 2])])).toMatchObject({ code: 'shape', op: 'stack' });
  });

  test.each<[core.DType, core.DType, string]>([
    ['uint8', 'int32', 'int32'],
    ['uint8', 'float32', 'float32'],
    ['uint32', 'uint8', 'uint32'],
    ['bool', 'uint8', 'int32'],
    ['float32', 'float64', 'float32'],
  ])(
    'of %s and %s are rejected, with the advice to convert to the dtype that loses the least information',
    (one, other, wider) => {
      const operands = [core.zeros([1], { dtype: one }), core.zeros([1], { dtype: other })];
      const error = errorOf(core.add, ...operands);
      expect(error).toMatchObject({ code: 'dtype', data: { dtypes: [one, other] } });
      expect(error.message).toContain(`astype(x, '${wider}')`);
    },
  );
});

describe('softmaxCrossEntropy', () => {
  test('rejects one-hot labels by their shape', () => {
    const hot = tensor([
      [0, 1, 0],
      [1, 0, 0],
    ]);
    expect(errorOf(core.softmaxCrossEntropy, x, hot)).toMatchObject({ code: 'shape', data: { labels: [2, 3] } });
  });

  test('rejects float labels', () => {
    expect(errorOf(core.softmaxCrossEntropy, x, tensor([0, 1]))).toMatchObject({ code: 'dtype' });
  });
});

describe('einsum', () => {
  test.each<[string, readonly unknown[]]>([
    ['i!j->i', [x]],
    ['ij->i->j', [x]],
    ['ij,jk->ik', [x]],
  ])('rejects the formula %s', (formula, operands) => {
    expect(errorOf(core.einsum, formula, ...operands)).toMatchObject({ code: 'argument', data: { formula } });
  });
});

describe('invalid values of options and arguments', () => {
  const f = (t: core.Tensor) => t;
  const cell = { kernel: x, recurrentKernel: x, states: [x] };
  test.each<[string, string, unknown, readonly unknown[]]>([
    ['sum', 'keepdims', core.sum, [x, 0, { keepdims: 'no' }]],
    ['std', 'ddof', core.std, [x, 0, { ddof: Number.NaN }]],
    ['variance', 'ddof', core.variance, [x, 0, { ddof: 3 }]],
    ['norm', 'ord', core.norm, [x, 0, { ord: 3 }]],
    ['cumsum', 'reverse', core.cumsum, [x, 0, { reverse: 1 }]],
    ['leakyRelu', 'alpha', core.leakyRelu, [x, { alpha: '0.1' }]],
    ['celu', 'alpha', core.celu, [x, { alpha: 0 }]],
    ['hardSigmoid', 'beta', core.hardSigmoid, [x, { beta: Number.NaN }]],
    ['gelu', 'approximate', core.gelu, [x, { approximate: 'tanh' }]],
    ['layerNorm', 'epsilon', core.layerNorm, [x, { epsilon: -1 }]],
    ['rmsNorm', 'scale', core.rmsNorm, [x, { scale: [1, 2, 3] }]],
    ['batchNorm', 'mean', core.batchNorm, [x, { variance: x }]],
    ['groupNorm', 'groups', core.groupNorm, [x, 0]],
    ['lstm', 'activation', core.lstm, [x, { ...cell, activation: 'relv' }]],
    ['gru', 'states', core.gru, [x, { ...cell, states: x }]],
    ['simpleRnn', 'kernel', core.simpleRnn, [x, { ...cell, kernel: [[1]] }]],
    ['conv', 'groups', core.conv, [x, x, { groups: 0.5 }]],
    ['resize', 'interpolation', core.resize, [x, { axes: [0], lengths: [2], interpolation: 'linear' }]],
    ['resize', 'lengths[0]', core.resize, [x, { axes: [0], lengths: [0] }]],
    ['sort', 'descending', core.sort, [x, 0, { descending: 'yes' }]],
    ['topK', 'k', core.topK, [x, -1]],
    ['oneHot', 'depth', core.oneHot, [tensor([1], { dtype: 'int32' }), 2.5]],
    ['tril', 'k', core.tril, [x, Number.NaN]],
    ['pad', 'mode', core.pad, [x, 1, { mode: 'mirror' }]],
    ['pad', 'width', core.pad, [x, [1, -1]]],
    ['roll', 'shift[0]', core.roll, [x, 0.5]],
    ['scatterND', 'mode', core.scatterND, [x, [[0]], 1, { mode: 'sum' }]],
    ['gatherND', 'batchDims', core.gatherND, [x, [[0]], { batchDims: -1 }]],
    ['slice', 'start', core.slice, [x, 0, [1, 1]]],
    ['dynamicSlice', 'starts', core.dynamicSlice, [x, 0, [1, 1]]],
    ['split', 'sections', core.split, [x, 0]],
    ['tile', 'repeats[0]', core.tile, [x, -1]],
    ['repeat', 'times', core.repeat, [x, 1.5]],
    ['transpose', 'axes', core.transpose, [x, '10']],
    ['tensordot', 'axes', core.tensordot, [x, x, 1e9]],
    ['einsum', 'formula', core.einsum, [x, x]],
    ['index', 'items[0]', core.index, [x, '1']],
    ['clone', 'x', core.clone, [1]],
    ['zerosLike', 'x', core.zerosLike, [[1, 2]]],
    ['arange', 'step', core.arange, [0, 3, 0]],
    ['arange', 'start', core.arange, [Number.NaN]],
    ['linspace', 'stop', core.linspace, [0, Number.POSITIVE_INFINITY, 3]],
    ['linspace', 'count', core.linspace, [0, 1, 1e9]],
    ['eye', 'k', core.eye, [2, 2, { k: 0.5 }]],
    ['random.key', 'seed', random.key, [Symbol('seed')]],
    ['random.split', 'count', random.split, [key, -1]],
    ['random.uniform', 'low', random.uniform, [key, [2], { low: Number.NaN }]],
    ['random.uniform', 'high', random.uniform, [key, [2], { low: 5, high: -5 }]],
    ['random.normal', 'std', random.normal, [key, [2], { std: -1 }]],
    ['random.truncatedNormal', 'high', random.truncatedNormal, [key, [2], { low: 3 }]],
    ['random.bernoulli', 'probability', random.bernoulli, [key, 1.5]],
    ['random.randint', 'high', random.randint, [key, [2], 3, 3]],
    ['random.permutation', 'x', random.permutation, [key, 2.5]],
    ['jit', 'donate[0]', core.jit, [f, { donate: [-1] }]],
    ['jit', 'name', core.jit, [f, { name: 3 }]],
    ['grad', 'hasAux', core.grad, [f, { hasAux: 'yes' }]],
    ['grad', 'argnums', core.grad, [f, { argnums: -1 }]],
    ['customGradient', 'gradient', core.customGradient, [f]],
    ['cond', 'elseFunction', core.cond, [true, f, x]],
    ['whileLoop', 'test', core.whileLoop, [true, f, x]],
    ['whileLoop', 'maxTrips', core.whileLoop, [f, f, x, { maxTrips: 0.5 }]],
    ['scan', 'reverse', core.scan, [f, x, x, { reverse: 'yes' }]],
    ['traceGraph', 'f', core.traceGraph, [x]],
    ['applyGraph', 'graph', core.applyGraph, [{}, []]],
    ['exportable', 'inputs.x.shape', core.exportable, [f, {}, { x: { shape: 3, dtype: 'float32' } }]],
    ['tree.map', 'f', core.tree.map, ['f', x]],
    ['tree.unflatten', 'structure', core.tree.unflatten, [{ kind: 'list' }, []]],
  ])('%s rejects an invalid value of %s', (op, name, call, args) => {
    expect(errorOf(call, ...args)).toMatchObject({ code: 'argument', op, data: { name } });
  });

  test('the constructor of Tensor rejects data, and advises to call tensor() or zeros()', () => {
    expect(thrown(() => Reflect.construct(core.Tensor, [[1, 2]]))).toMatchObject({ op: 'Tensor', code: 'argument' });
  });

  test('warmup and inspect reject functions that are not jitted', async () => {
    await expect(Reflect.apply(core.warmup, null, [f])).rejects.toMatchObject({ op: 'warmup', data: { name: 'f' } });
    await expect(Reflect.apply(core.inspect, null, [3])).rejects.toMatchObject({ op: 'inspect', data: { name: 'f' } });
  });

  test('full and pad accept NaN as the value of added elements', () => {
    expect(core.full([2], Number.NaN).shape).toEqual([2]);
    expect(core.pad(x, 1, { value: Number.NaN }).shape).toEqual([4, 5]);
  });
});

describe('arrays and objects that contain themselves', () => {
  const list: unknown[] = [];
  list.push(list);
  const record: Record<string, unknown> = {};
  record.self = record;
  const deep = Array.from({ length: 5000 }).reduce<unknown>((inner) => [inner], 1);

  test.each<[string, unknown]>([
    ['an array of itself', list],
    ['an array with a nested cycle', [1, list]],
    ['an array of depth 5000', deep],
  ])('are rejected by tensor() as elements and by take() as indices: %s', (_, given) => {
    expect(['shape', 'argument']).toContain(errorOf(tensor, given).code);
    expect(['shape', 'argument']).toContain(errorOf(core.take, x, given, 0).code);
  });

  test.each<[string, unknown]>([
    ['an array of itself', list],
    ['an object', record],
    ['an array of depth 5000', deep],
  ])('are rejected by functions that accept trees: %s', async (_, given) => {
    expect(errorOf(core.tree.flatten, given)).toMatchObject({ code: 'argument' });
    expect(errorOf(core.tree.map, core.negative, given)).toMatchObject({ code: 'argument', op: 'tree.map' });
    expect(errorOf(core.stopGradient, given)).toMatchObject({ code: 'argument' });
    await expect(core.realize(given)).rejects.toMatchObject({ code: 'argument' });
    await expect(core.jit((part: unknown) => part)(given)).rejects.toMatchObject({ code: 'argument', op: 'jit' });
  });
});

describe('inconsistent host arrays', () => {
  const short = { dtype: 'float32', shape: [5, 3], data: new Float32Array(3) } as const;
  const negative = { dtype: 'float32', shape: [-1, -3], data: new Float32Array(3) } as const;

  test.each([
    ['too few elements', short],
    ['negative lengths', negative],
  ])('are rejected by fromHost and jitted functions: %s', async (_, array) => {
    expect(errorOf(core.fromHost, array)).toMatchObject({ code: 'shape', op: 'fromHost' });
    const step = core.jit((t: core.Tensor) => core.sum(t));
    await expect(step(array)).rejects.toMatchObject({ code: 'shape' });
  });

  test('and objects { shape, dtype } with negative lengths are rejected by warmup()', async () => {
    const step = core.jit((t: core.Tensor) => core.sum(t));
    await expect(core.warmup(step, { shape: [-5, 3], dtype: 'float32' })).rejects.toMatchObject({ code: 'shape' });
  });
});
