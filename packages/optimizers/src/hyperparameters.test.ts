import { describe, expect, test } from '@jest/globals';
import {
  adadelta,
  adafactor,
  adagrad,
  adam,
  adamax,
  adamw,
  clipByNorm,
  cosineDecay,
  cosineDecayRestarts,
  exponentialDecay,
  ftrl,
  inverseTimeDecay,
  lamb,
  lion,
  nadam,
  piecewiseConstantDecay,
  polynomialDecay,
  rmsprop,
  sgd,
} from './index.ts';

describe('hyperparameter checks', () => {
  test.each([
    ['sgd', 'learningRate', -0.1, () => sgd({ learningRate: -0.1 })],
    ['sgd', 'learningRate', Number.NaN, () => sgd({ learningRate: Number.NaN })],
    ['sgd', 'momentum', 1.5, () => sgd({ momentum: 1.5 })],
    ['adam', 'beta1', 1, () => adam({ beta1: 1 })],
    ['adam', 'beta2', -0.1, () => adam({ beta2: -0.1 })],
    ['adam', 'epsilon', -1, () => adam({ epsilon: -1 })],
    ['adamw', 'weightDecay', -0.1, () => adamw({ weightDecay: -0.1 })],
    ['rmsprop', 'rho', 1, () => rmsprop({ rho: 1 })],
    ['rmsprop', 'clipnorm', 0, () => rmsprop({ clipnorm: 0 })],
    ['adagrad', 'initialAccumulatorValue', -1, () => adagrad({ initialAccumulatorValue: -1 })],
    ['adadelta', 'rho', 2, () => adadelta({ rho: 2 })],
    ['adamax', 'beta2', 1, () => adamax({ beta2: 1 })],
    ['nadam', 'beta1', 1, () => nadam({ beta1: 1 })],
    ['lion', 'beta2', 1, () => lion({ beta2: 1 })],
    ['lamb', 'beta1', 1, () => lamb({ beta1: 1 })],
    ['ftrl', 'learningRatePower', 0.5, () => ftrl({ learningRatePower: 0.5 })],
    ['ftrl', 'l1RegularizationStrength', -1, () => ftrl({ l1RegularizationStrength: -1 })],
    ['adafactor', 'beta2Decay', 0, () => adafactor({ beta2Decay: 0 })],
    ['adafactor', 'clipThreshold', 0, () => adafactor({ clipThreshold: 0 })],
    ['clipByNorm', 'clipnorm', -1, () => clipByNorm({}, -1)],
    [
      'exponentialDecay',
      'decaySteps',
      0,
      () => exponentialDecay({ initialLearningRate: 1, decaySteps: 0, decayRate: 1 }),
    ],
    ['polynomialDecay', 'power', -1, () => polynomialDecay({ initialLearningRate: 1, decaySteps: 1, power: -1 })],
    ['cosineDecay', 'initialLearningRate', -1, () => cosineDecay({ initialLearningRate: -1, decaySteps: 1 })],
    [
      'cosineDecayRestarts',
      'tMul',
      0.5,
      () => cosineDecayRestarts({ initialLearningRate: 1, firstDecaySteps: 1, tMul: 0.5 }),
    ],
    [
      'piecewiseConstantDecay',
      'boundaries[1]',
      5,
      () => piecewiseConstantDecay({ boundaries: [5, 5], values: [1, 2, 3] }),
    ],
  ])('%s rejects %s = %p', (op, name, value, make) => {
    expect(make).toThrow(
      expect.objectContaining({ code: 'argument', op, data: expect.objectContaining({ name, given: value }) }),
    );
  });

  test('optimizers reject more than one of clipnorm, clipvalue and globalClipnorm', () => {
    expect(() => sgd({ clipnorm: 1, globalClipnorm: 1 })).toThrow(
      expect.objectContaining({ code: 'argument', data: { names: ['clipnorm', 'globalClipnorm'] } }),
    );
  });

  test.each([
    ['sgd', 'lr', sgd, { lr: 0.1 }],
    ['adam', 'beta_1', adam, { beta_1: 0.9 }],
    ['adamw', 'decay', adamw, { decay: 0.1 }],
    ['rmsprop', 'beta1', rmsprop, { beta1: 0.9 }],
    ['adagrad', 'rho', adagrad, { rho: 0.9 }],
    ['adadelta', 'beta1', adadelta, { beta1: 0.9 }],
    ['adamax', 'amsgrad', adamax, { amsgrad: true }],
    ['nadam', 'amsgrad', nadam, { amsgrad: true }],
    ['lion', 'epsilon', lion, { epsilon: 1 }],
    ['cosineDecay', 'steps', cosineDecay, { initialLearningRate: 1, steps: 5 }],
    ['cosineDecayRestarts', 'decaySteps', cosineDecayRestarts, { initialLearningRate: 1, decaySteps: 5 }],
    ['exponentialDecay', 'rate', exponentialDecay, { initialLearningRate: 1, rate: 0.5 }],
    ['inverseTimeDecay', 'rate', inverseTimeDecay, { initialLearningRate: 1, rate: 0.5 }],
    ['polynomialDecay', 'steps', polynomialDecay, { initialLearningRate: 1, steps: 5 }],
    ['piecewiseConstantDecay', 'steps', piecewiseConstantDecay, { steps: [1], values: [1, 2] }],
  ])('%s rejects the unknown option %s', (op, option, make, options) => {
    expect(() => Reflect.apply(make, null, [options])).toThrow(
      expect.objectContaining({ code: 'argument', op, data: expect.objectContaining({ name: option }) }),
    );
  });

  test.each([
    ['sgd', sgd],
    ['adam', adam],
    ['adamw', adamw],
    ['cosineDecay', cosineDecay],
    ['piecewiseConstantDecay', piecewiseConstantDecay],
  ])('%s rejects a number in place of options', (op, make) => {
    expect(() => Reflect.apply(make, null, [0.1])).toThrow(
      expect.objectContaining({ code: 'argument', op, data: expect.objectContaining({ given: 'the number 0.1' }) }),
    );
  });

  test.each([['0.1'], [null], [{ initialLearningRate: 0.1 }], [Promise.resolve(0.1)]])(
    'sgd rejects the learning rate %p',
    (learningRate) => {
      expect(() => Reflect.apply(sgd, null, [{ learningRate }])).toThrow(
        expect.objectContaining({
          code: 'argument',
          op: 'sgd',
          data: expect.objectContaining({ name: 'learningRate' }),
        }),
      );
    },
  );

  test('piecewiseConstantDecay requires one more value than boundaries', () => {
    expect(() => piecewiseConstantDecay({ boundaries: [1], values: [1] })).toThrow(
      expect.objectContaining({ code: 'argument', data: { boundaries: 1, values: 1 } }),
    );
  });
});
