import '@manabi/backend-cpu/register';
import { describe, expect, test } from '@jest/globals';
import { mul, type Tensor, zeros } from '@manabi/core';
import {
  type CallContext,
  type CompileOptions,
  input,
  Layer,
  layers,
  Model,
  type OneOrMany,
  type PartialShape,
  register,
  sequential,
  type Variable,
} from '../index.ts';

const pathsOf = (layer: Layer): readonly string[] => layer.weights.map(({ path }) => path);

class Scale extends Layer {
  static override readonly className: string = 'Scale';
  factor?: Variable;

  override build(_inputShape: OneOrMany<PartialShape>): void {
    this.factor = this.addWeight({ name: 'factor', shape: [], initializer: 'ones' });
  }

  override call(x: Tensor, context: CallContext): Tensor {
    return mul(x, context.read(this.factor));
  }
}

describe('Layer.build', () => {
  test.each([
    ['a built-in layer', () => layers.dense({ units: 2, name: 'a' }), ['a/kernel', 'a/bias']],
    ['a custom layer', () => new Scale({ name: 'a' }), ['a/factor']],
  ])('build() creates the weights of %s once', (_, make, paths) => {
    const layer = make();
    layer.build([null, 3]);
    expect(layer.built).toBe(true);
    expect(pathsOf(layer)).toEqual(paths);
    layer.build([null, 3]);
    layer.apply(zeros([1, 3]));
    expect(pathsOf(layer)).toEqual(paths);
  });

  test('build() creates the weights of layers that a custom model creates in its own build method', () => {
    class Late extends Model {
      inner: Layer | null = null;

      override build(_inputShape: OneOrMany<PartialShape>): void {
        this.inner = layers.dense({ units: 2, name: 'inner' });
      }

      override call(x: Tensor, context: CallContext): Tensor {
        if (this.inner === null) throw new Error('build was not called.');
        return this.inner.apply(x, context);
      }
    }
    const model = new Late();
    model.build([null, 3]);
    expect(pathsOf(model)).toEqual(['inner/kernel', 'inner/bias']);
    expect(model.outputTypes).toEqual([{ shape: [null, 2], dtype: 'float32' }]);
  });

  test('build() can be a field of a class', () => {
    const built: OneOrMany<PartialShape>[] = [];
    class Arrow extends Layer {
      override build = (inputShape: OneOrMany<PartialShape>): void => {
        built.push(inputShape);
      };

      override call(x: Tensor): Tensor {
        return x;
      }
    }
    const layer = new Arrow();
    layer.apply(zeros([1, 3]));
    layer.apply(zeros([1, 3]));
    expect(built).toEqual([[1, 3]]);
  });

  test.each([[3], ['3'], [[-1, 3]], [[null, 'a']], [null]])('build() rejects %j, which is not a shape', (shape) => {
    // @ts-expect-error plain JavaScript
    expect(() => layers.dense({ units: 2 }).build(shape)).toThrow(
      expect.objectContaining({ code: 'argument', op: 'build' }),
    );
  });
});

describe('number of inputs of a layer', () => {
  const x = zeros([2, 4, 4]);

  test.each([
    ['flatten', layers.flatten()],
    ['dropout', layers.dropout({ rate: 0.5 })],
    ['zeroPadding1d', layers.zeroPadding1d()],
    ['batchNormalization', layers.batchNormalization()],
    ['reshape', layers.reshape({ targetShape: [16] })],
  ])('layer %s accepts one tensor, alone or in a list, and rejects two', (_, layer) => {
    const { shape } = layer.apply(x);
    expect(layer.apply([x]).shape).toEqual(shape);
    const error = expect.objectContaining({
      code: 'argument',
      data: expect.objectContaining({ expected: 1, given: 2 }),
    });
    expect(() => layer.apply([x, x])).toThrow(error);
    expect(() => layer.apply([input({ shape: [4, 4] }), input({ shape: [4, 4] })])).toThrow(error);
  });

  test.each([
    ['add', layers.add()],
    ['dot', layers.dot({ axes: 2 })],
    ['attention', layers.attention()],
    ['multiHeadAttention', layers.multiHeadAttention({ numHeads: 1, keyDim: 2 })],
  ])('layer %s rejects a single tensor outside of a list, even after its weights were created', (_, layer) => {
    layer.apply([x, x]);
    expect(() => layer.apply(x)).toThrow(expect.objectContaining({ code: 'argument' }));
  });

  test('a recurrent cell accepts the input of one timestep and its states, and rejects a state of another shape', () => {
    const cell = layers.lstmCell({ units: 3 });
    expect(cell.applyAll([zeros([2, 4]), zeros([2, 3]), zeros([2, 3])])).toHaveLength(3);
    expect(() => cell.applyAll([zeros([2, 4]), zeros([2, 3]), zeros([2, 3, 1])])).toThrow(
      expect.objectContaining({ code: 'shape', data: expect.objectContaining({ shape: [2, 3, 1] }) }),
    );
  });
});

describe('argument checks of methods of models and weights', () => {
  const model = sequential([layers.dense({ units: 2, name: 'd', inputShape: [3] })]);
  const [kernel] = model.weights;

  const wrongCalls: readonly (readonly [string, () => unknown])[] = [
    // @ts-expect-error plain JavaScript
    ['setWeights', () => model.setWeights(null)],
    // @ts-expect-error plain JavaScript
    ['setWeights', () => model.setWeights([[1], [2]])],
    // @ts-expect-error plain JavaScript
    ['assign', () => model.assign({ trainable: { 'd/kernel': [1] } })],
    // @ts-expect-error plain JavaScript
    ['assign', () => model.assign({ trainables: {} })],
    // @ts-expect-error plain JavaScript
    ['run', () => model.run(null, zeros([1, 3]))],
    // @ts-expect-error plain JavaScript
    ['run', () => model.run(model.values(), zeros([1, 3]), { trainnig: true })],
    // @ts-expect-error plain JavaScript
    ['constrain', () => model.constrain(null)],
    // @ts-expect-error plain JavaScript
    ['addWeight', () => model.addWeight({ name: 'w', shape: [null] })],
    // @ts-expect-error plain JavaScript
    ['addWeight', () => model.addWeight({ name: 'w', shape: [], trainabel: true })],
    // @ts-expect-error plain JavaScript
    ['assign', () => kernel.assign([1, 2])],
    // @ts-expect-error plain JavaScript
    ['seed', () => kernel.seed({ seed: 1 })],
  ];
  test.each(wrongCalls)('%s() rejects an argument of the wrong type or with an unknown key (case %#)', (op, call) => {
    expect(call).toThrow(expect.objectContaining({ code: 'argument', op }));
  });

  test('setWeights() changes no weight if one of the values is invalid', async () => {
    const before = await model.getWeights();
    const wrong = { dtype: 'float32', shape: [2], data: new Float32Array(1) } as const;
    const [first] = before;
    expect(() => model.setWeights([{ ...first, data: new Float32Array(6) }, wrong])).toThrow();
    expect(await model.getWeights()).toEqual(before);
  });
});

describe('user functions that are invalid', () => {
  const x = zeros([2, 3, 4]);
  const y = zeros([2, 3, 1]);
  const compiled = (options: CompileOptions): Model => {
    const model = sequential([layers.dense({ units: 1, inputShape: [3, 4] })]);
    model.compile({ optimizer: 'sgd', loss: 'meanSquaredError', ...options });
    return model;
  };
  // @ts-expect-error plain JavaScript
  const one: () => never = () => 1;
  // @ts-expect-error plain JavaScript
  const nothing: () => never = () => undefined;

  const calls: readonly (readonly [string, () => unknown, object])[] = [
    ['a loss', () => compiled({ loss: one }).fit(x, y, { verbose: 0 }), { returned: 'the number 1' }],
    ['a metric', () => compiled({ metrics: [one] }).fit(x, y, { verbose: 0 }), { returned: 'the number 1' }],
    [
      'an activation within a loop',
      () => layers.simpleRNN({ units: 2, activation: one }).apply(x),
      { returned: 'the number 1' },
    ],
    [
      'an initializer',
      () =>
        layers
          .dense({ units: 2, name: 'dense', kernelInitializer: { className: 'Own', config: {}, draw: nothing } })
          .apply(x),
      { layer: 'dense', returned: 'undefined' },
    ],
    [
      'a mask',
      () => layers.lambda({ function: (given: Tensor) => given, mask: nothing }).apply(x),
      { given: 'undefined' },
    ],
  ];
  test.each(calls)('%s is rejected if it does not return a tensor', async (_, call, data) => {
    await expect((async () => call())()).rejects.toMatchObject({ code: 'argument', data });
  });

  test.each([
    ['kernelInitializer', 'draw: (key, shape, dtype) => tensor'],
    ['kernelRegularizer', 'penalty: (x) => scalar'],
    ['kernelConstraint', 'constrain: (w) => tensor'],
  ])('a function in place of a %s is rejected, and the error shows the object to pass instead', (name, method) => {
    expect(() => layers.dense({ units: 1, [name]: one })).toThrow(
      expect.objectContaining({
        code: 'argument',
        data: expect.objectContaining({ name }),
        message: expect.stringContaining(`{ className: 'Own', config: {}, ${method} }`),
      }),
    );
  });

  test('a weight used as a tensor is rejected, and the error shows how to read its value', () => {
    class Weighted extends Layer {
      kernel?: Variable;

      override build(): void {
        this.kernel = this.addWeight({ name: 'kernel', shape: [4] });
      }

      override call(given: Tensor): Tensor {
        return Reflect.apply(mul, null, [given, this.kernel]);
      }
    }
    expect(() => new Weighted().apply(x)).toThrow('context.read(variable)');
  });

  test('the error about an invalid argument of apply() describes the argument', () => {
    // Plain JavaScript may pass anything.
    const apply = () => Reflect.apply(Layer.prototype.apply, layers.flatten(), [new Float32Array(4)]);
    expect(apply).toThrow(
      expect.objectContaining({ code: 'argument', op: 'apply', data: { kinds: ['a Float32Array'] } }),
    );
  });

  test('an initializer that returns a tensor of the wrong shape is rejected', () => {
    const draw = (): Tensor => zeros([7]);
    const layer = layers.dense({ units: 2, name: 'dense', kernelInitializer: { className: 'Own', config: {}, draw } });
    expect(() => layer.apply(x)).toThrow(
      expect.objectContaining({ code: 'shape', data: expect.objectContaining({ expected: [4, 2], shape: [7] }) }),
    );
  });

  test('a function registered as an initializer must return an initializer', () => {
    register('initializer', 'calls test', nothing);
    expect(() => layers.dense({ units: 2, kernelInitializer: 'calls test' })).toThrow(
      expect.objectContaining({
        code: 'argument',
        data: expect.objectContaining({ registered: 'calls test', returned: 'undefined' }),
      }),
    );
  });
});

describe('options of layers that determine a number of loop iterations', () => {
  const makes: readonly (readonly [string, () => unknown])[] = [
    ['height', () => layers.resizing({ height: 1e9, width: 2 })],
    ['size', () => layers.upSampling1d({ size: 1e9 })],
    ['outputSize', () => layers.adaptiveAveragePooling1d({ outputSize: 1e9 })],
    ['poolSize', () => layers.averagePooling2d({ poolSize: 1e9, padding: 'same' })],
    [
      'powerIterations',
      () => layers.spectralNormalization({ layer: layers.dense({ units: 1 }), powerIterations: 1e9 }),
    ],
  ];
  test.each(makes)('are rejected above an upper limit: %s', (name, make) => {
    expect(make).toThrow(
      expect.objectContaining({
        code: 'argument',
        data: expect.objectContaining({ name: expect.stringContaining(name), given: 1e9 }),
      }),
    );
  });
});
