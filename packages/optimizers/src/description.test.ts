import { describe, expect, test } from '@jest/globals';
import {
  adam,
  adamw,
  cosineDecay,
  defineOptimizer,
  exponentialDecay,
  type OptimizerRule,
  piecewiseConstantDecay,
  rmsprop,
  sgd,
} from './index.ts';

describe('className and config', () => {
  test('an optimizer has a class name, and a config with all options and defaults', () => {
    const common = { weightDecay: null, clipnorm: null, globalClipnorm: null, clipvalue: null };
    const { className, config } = adam({ beta1: 0.8, clipnorm: 2 });
    expect({ className, config }).toEqual({
      className: 'Adam',
      config: { ...common, learningRate: 0.001, clipnorm: 2, beta1: 0.8, beta2: 0.999, epsilon: 1e-7, amsgrad: false },
    });
    expect(sgd().config).toEqual({ ...common, learningRate: 0.01, momentum: 0, nesterov: false });
    expect(adamw()).toMatchObject({ className: 'AdamW', config: { weightDecay: 0.004 } });
    expect(rmsprop()).toMatchObject({ className: 'RMSprop', config: { rho: 0.9, centered: false } });
  });

  test('a custom optimizer has its capitalized name as class name and its options as config, unless the rule sets these', () => {
    const rule: OptimizerRule = {
      name: 'signSgd',
      slots: {},
      prepare: () => (param, _grad, slots) => ({ param, slots }),
    };
    expect(defineOptimizer(rule, { learningRate: 0.5 })).toMatchObject({
      className: 'SignSgd',
      config: { learningRate: 0.5 },
    });
    expect(defineOptimizer({ ...rule, className: 'SignSGD', config: { gain: 2 } }, { learningRate: 1 })).toMatchObject({
      className: 'SignSGD',
      config: { learningRate: 1, gain: 2 },
    });
  });
});

test('a schedule has a class name, and a config with its options', () => {
  const schedule = exponentialDecay({ initialLearningRate: 0.1, decaySteps: 10, decayRate: 0.5 });
  expect({ className: schedule.className, config: schedule.config }).toEqual({
    className: 'ExponentialDecay',
    config: { initialLearningRate: 0.1, decaySteps: 10, decayRate: 0.5, staircase: false },
  });
  expect(cosineDecay({ initialLearningRate: 0.1, decaySteps: 5 }).config).toEqual({
    initialLearningRate: 0.1,
    decaySteps: 5,
    alpha: 0,
    warmupTarget: null,
    warmupSteps: 0,
  });
  expect(piecewiseConstantDecay({ boundaries: [2], values: [1, 0.5] }).config).toEqual({
    boundaries: [2],
    values: [1, 0.5],
  });
  expect(sgd({ learningRate: schedule }).config.learningRate).toBe(schedule);
});
