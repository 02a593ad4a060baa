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

/** Replaces `call` of a layer by any value, as plain JavaScript allows. */
function withCall(layer: Layer, call: unknown): Layer {
  return Object.defineProperty(layer, 'call', { value: call });
}

const X = ones([2, 3]);

/** Invalid values of the method `call`, each with the data that the error must contain. */
const wrong: readonly (readonly [string, unknown, object])[] = [
  ['call is undefined', undefined, { call: 'undefined' }],
  ['call is a number', 1, { call: 'the number 1' }],
  ['call is async', async (x: Tensor) => x, { returned: 'a promise' }],
  ['call is async and fails', () => Promise.reject(new Error('late')), { returned: 'a promise' }],
  ['call returns a list of promises', (x: Tensor) => [Promise.resolve(x)], { returned: 'an array of length 1' }],
  ['call returns a number', () => 1, { returned: 'the number 1' }],
  ['call returns a string', () => 'text', { returned: 'the string "text"' }],
  ['call returns null', () => null, { returned: 'null' }],
  ['call returns nothing', () => undefined, { returned: 'undefined' }],
  ['call returns a list of numbers', () => [1, 2], { returned: 'an array of length 2' }],
  ['call returns an empty list', () => [], { returned: 'an array of length 0' }],
];

describe.each([
  ['Layer', () => new OwnLayer()],
  ['Model', () => new OwnModel()],
])('a custom %s with an invalid method call', (_, make) => {
  const calls: readonly (readonly [string, (layer: Layer) => unknown])[] = [
    ['when it is applied to tensors,', (layer) => layer.apply(X)],
    ['when it is applied to symbolic tensors,', (layer) => layer.apply(input({ shape: [3] }))],
    ['in a sequential model,', (layer) => sequential([layers.inputLayer({ shape: [3] }), layer])],
    ['in a model whose weights are created,', (layer) => sequential([layer]).build([null, 3])],
  ];
  describe.each(calls)('%s', (_, call) => {
    test.each(wrong)('is named in the error if %s', (_, own, data) => {
      expect(() => call(withCall(make(), own))).toThrow(
        expect.objectContaining({
          name: 'ManabiError',
          code: 'argument',
          data: expect.objectContaining({ layer: 'own', ...data }),
        }),
      );
    });
  });
});

test('a custom model without a method call is named in the error of build()', () => {
  expect(() => withCall(new OwnModel(), undefined).build([null, 3])).toThrow(
    expect.objectContaining({ code: 'argument', data: { layer: 'own', call: 'undefined' } }),
  );
});

test('a lambda layer that returns a number is named in the error', () => {
  // @ts-expect-error plain JavaScript
  const one: () => never = () => 1;
  const error = expect.objectContaining({ code: 'argument', data: { layer: 'one', returned: 'the number 1' } });
  expect(() => layers.lambda({ function: one, name: 'one' }).apply(X)).toThrow(error);
  expect(() => sequential([layers.lambda({ function: one, name: 'one', inputShape: [2] })])).toThrow(error);
});
