import '@manabi/backend-cpu/register';
import { describe, expect, test } from '@jest/globals';
import { ones, type Tensor } from '@manabi/core';
import { input, Layer, layers, Model, sequential } from '../index.ts';

class OwnLayer extends Layer {
  static override readonly className: string = 'Own';

  constructor() {
    super({ name: 'own' }, {});
  }

  override call(x: Tensor): Tensor {
    return x;
  }
}

class OwnModel extends Model {
  static override readonly className: string = 'Own';

  constructor() {
    super({ name: 'own' });
  }

  override call(x: Tensor): Tensor {
    return x;
  }
}

/** What a user makes who writes plain JavaScript: its `call` is any value. */
function withCall(layer: Layer, call: unknown): Layer {
  return Object.defineProperty(layer, 'call', { value: call });
}

const X = ones([2, 3]);

const wrong: readonly (readonly [string, unknown, string])[] = [
  ['no call', undefined, "Layer 'own' (Own) must have a method call(inputs, context)"],
  ['a call that is not a function', 1, 'must have a method call(inputs, context)'],
  ['an async call', async (x: Tensor) => x, 'got a promise. call must not be async'],
  ['an async call that fails', () => Promise.reject(new Error('late')), 'got a promise. call must not be async'],
  ['a list of promises', (x: Tensor) => [Promise.resolve(x)], 'call must not be async'],
  ['a number', () => 1, "call of layer 'own' (Own) must return a tensor or a list of tensors; got 1."],
  ['a string', () => 'text', 'got "text".'],
  ['null', () => null, 'got null.'],
  ['nothing', () => undefined, 'got undefined. Does it lack a return?'],
  ['a list of numbers', () => [1, 2], 'got [1, 2].'],
  ['an empty list', () => [], 'must return a tensor or a list of tensors; got'],
];

describe.each([
  ['a layer', () => new OwnLayer()],
  ['a model', () => new OwnModel()],
])('%s of a user whose call makes no tensor is named', (_, make) => {
  const calls: readonly (readonly [string, (layer: Layer) => unknown])[] = [
    ['on tensors', (layer) => layer.apply(X)],
    ['on symbolic tensors', (layer) => layer.apply(input({ shape: [3] }))],
    ['within a sequential model', (layer) => sequential([layers.inputLayer({ shape: [3] }), layer])],
    ['when its model is built', (layer) => sequential([layer]).build([null, 3])],
  ];
  describe.each(calls)('%s', (_, call) => {
    test.each(wrong)('%s', (_, own, message) => {
      expect(() => call(withCall(make(), own))).toThrow(
        expect.objectContaining({
          name: 'ManabiError',
          code: 'argument',
          message: expect.stringContaining(message),
          data: expect.objectContaining({ layer: 'own' }),
        }),
      );
    });
  });
});

test('a model of a user without a call is named when it is built', () => {
  expect(() => withCall(new OwnModel(), undefined).build([null, 3])).toThrow(
    "Layer 'own' (Own) must have a method call",
  );
});

test('a lambda that makes a number is named', () => {
  // @ts-expect-error plain JavaScript
  const one: () => never = () => 1;
  expect(() => layers.lambda({ function: one, name: 'one' }).apply(X)).toThrow(
    "call of layer 'one' (Lambda) must return a tensor or a list of tensors; got 1.",
  );
  expect(() => sequential([layers.lambda({ function: one, name: 'one', inputShape: [2] })])).toThrow(
    "call of layer 'one' (Lambda) must return a tensor or a list of tensors; got 1.",
  );
});
