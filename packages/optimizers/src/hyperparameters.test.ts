import { describe, expect, it } from '@jest/globals';
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

describe('hyperparameters are checked when an optimizer is made', () => {
  it.each([
    ['sgd', () => sgd({ learningRate: -0.1 }), 'learningRate', -0.1],
    ['sgd', () => sgd({ learningRate: Number.NaN }), 'learningRate', Number.NaN],
    ['sgd', () => sgd({ momentum: 1.5 }), 'momentum', 1.5],
    ['adam', () => adam({ beta1: 1 }), 'beta1', 1],
    ['adam', () => adam({ beta2: -0.1 }), 'beta2', -0.1],
    ['adam', () => adam({ epsilon: -1 }), 'epsilon', -1],
    ['adamw', () => adamw({ weightDecay: -0.1 }), 'weightDecay', -0.1],
    ['rmsprop', () => rmsprop({ rho: 1 }), 'rho', 1],
    ['rmsprop', () => rmsprop({ clipnorm: 0 }), 'clipnorm', 0],
    ['adagrad', () => adagrad({ initialAccumulatorValue: -1 }), 'initialAccumulatorValue', -1],
    ['adadelta', () => adadelta({ rho: 2 }), 'rho', 2],
    ['adamax', () => adamax({ beta2: 1 }), 'beta2', 1],
    ['nadam', () => nadam({ beta1: 1 }), 'beta1', 1],
    ['lion', () => lion({ beta2: 1 }), 'beta2', 1],
    ['lamb', () => lamb({ beta1: 1 }), 'beta1', 1],
    ['ftrl', () => ftrl({ learningRatePower: 0.5 }), 'learningRatePower', 0.5],
    ['ftrl', () => ftrl({ l1RegularizationStrength: -1 }), 'l1RegularizationStrength', -1],
    ['adafactor', () => adafactor({ beta2Decay: 0 }), 'beta2Decay', 0],
    ['adafactor', () => adafactor({ clipThreshold: 0 }), 'clipThreshold', 0],
    ['clipByNorm', () => clipByNorm({}, -1), 'clipnorm', -1],
    [
      'exponentialDecay',
      () => exponentialDecay({ initialLearningRate: 1, decaySteps: 0, decayRate: 1 }),
      'decaySteps',
      0,
    ],
    ['polynomialDecay', () => polynomialDecay({ initialLearningRate: 1, decaySteps: 1, power: -1 }), 'power', -1],
    ['cosineDecay', () => cosineDecay({ initialLearningRate: -1, decaySteps: 1 }), 'initialLearningRate', -1],
    [
      'cosineDecayRestarts',
      () => cosineDecayRestarts({ initialLearningRate: 1, firstDecaySteps: 1, tMul: 0.5 }),
      'tMul',
      0.5,
    ],
    [
      'piecewiseConstantDecay',
      () => piecewiseConstantDecay({ boundaries: [5, 5], values: [1, 2, 3] }),
      'boundaries[1]',
      5,
    ],
  ])('%s', (op, make, name, value) => {
    expect(make).toThrow(
      expect.objectContaining({ code: 'argument', op, data: expect.objectContaining({ name, given: value }) }),
    );
  });

  it('gradients are clipped in one way', () => {
    expect(() => sgd({ clipnorm: 1, globalClipnorm: 1 })).toThrow(
      expect.objectContaining({ code: 'argument', data: { names: ['clipnorm', 'globalClipnorm'] } }),
    );
  });

  it.each([
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
  ])('%s has no option %s', (op, option, make, options) => {
    expect(() => Reflect.apply(make, null, [options])).toThrow(
      expect.objectContaining({ code: 'argument', op, data: expect.objectContaining({ name: option }) }),
    );
  });

  it.each([
    ['sgd', sgd],
    ['adam', adam],
    ['adamw', adamw],
    ['cosineDecay', cosineDecay],
    ['piecewiseConstantDecay', piecewiseConstantDecay],
  ])('%s takes its options by name, not a number', (op, make) => {
    expect(() => Reflect.apply(make, null, [0.1])).toThrow(
      expect.objectContaining({ code: 'argument', op, data: expect.objectContaining({ given: 'the number 0.1' }) }),
    );
  });

  it.each([['0.1'], [null], [{ initialLearningRate: 0.1 }], [Promise.resolve(0.1)]])(
    '%p is no learning rate',
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

  it('piecewise constants have one value more than boundaries', () => {
    expect(() => piecewiseConstantDecay({ boundaries: [1], values: [1] })).toThrow(
      expect.objectContaining({ code: 'argument', data: { boundaries: 1, values: 1 } }),
    );
  });
});
