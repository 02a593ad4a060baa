import { describe, expect, it } from '@jest/globals';
import {
  adadelta,
  adagrad,
  adam,
  adamax,
  adamw,
  clipByNorm,
  cosineDecay,
  cosineDecayRestarts,
  exponentialDecay,
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
    expect(make).toThrow(expect.objectContaining({ code: 'argument', op, data: { name, value } }));
  });

  it('gradients are clipped in one way', () => {
    expect(() => sgd({ clipnorm: 1, globalClipnorm: 1 })).toThrow(
      expect.objectContaining({ code: 'argument', data: { names: ['clipnorm', 'globalClipnorm'] } }),
    );
  });

  it('piecewise constants have one value more than boundaries', () => {
    expect(() => piecewiseConstantDecay({ boundaries: [1], values: [1] })).toThrow(
      expect.objectContaining({ code: 'argument', data: { boundaries: 1, values: 1 } }),
    );
  });
});
