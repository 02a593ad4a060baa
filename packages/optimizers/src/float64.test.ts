import '@manabi/backend-cpu/register';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { jit, scalar, setBackend, sub, type Tensor, tensor } from '@manabi/core';
import {
  adadelta,
  adafactor,
  adagrad,
  adam,
  adamax,
  adamw,
  cosineDecay,
  cosineDecayRestarts,
  exponentialDecay,
  ftrl,
  inverseTimeDecay,
  lamb,
  lion,
  nadam,
  type Optimizer,
  type OptimizerOptions,
  piecewiseConstantDecay,
  polynomialDecay,
  rmsprop,
  type Schedule,
  sgd,
} from './index.ts';

beforeAll(async () => {
  await setBackend('cpu');
});

/** Options whose values float32 cannot represent exactly; each optimizer below adds further ones. */
const tenths = { learningRate: 0.1, weightDecay: 0.01 };
const optimizers: readonly (readonly [string, (options: OptimizerOptions) => Optimizer])[] = [
  ['sgd', (options) => sgd({ ...options, momentum: 0.9, nesterov: true })],
  ['adam', (options) => adam({ ...options, beta1: 0.7, beta2: 0.9, epsilon: 0.3, amsgrad: true })],
  ['adamw', (options) => adamw({ ...options, beta1: 0.7, beta2: 0.9, epsilon: 0.3 })],
  ['adamax', (options) => adamax({ ...options, beta1: 0.7, beta2: 0.9, epsilon: 0.3 })],
  ['nadam', (options) => nadam({ ...options, beta1: 0.7, beta2: 0.9, epsilon: 0.3 })],
  ['rmsprop', (options) => rmsprop({ ...options, rho: 0.7, momentum: 0.1, epsilon: 0.3, centered: true })],
  ['adagrad', (options) => adagrad({ ...options, initialAccumulatorValue: 0.1, epsilon: 0.3 })],
  ['adadelta', (options) => adadelta({ ...options, rho: 0.7, epsilon: 0.3 })],
  ['adafactor', (options) => adafactor({ ...options, beta2Decay: -0.7, clipThreshold: 0.3, epsilon2: 0.1 })],
  ['ftrl', (options) => ftrl({ ...options, l1RegularizationStrength: 0.1, l2RegularizationStrength: 0.1, beta: 0.1 })],
  ['lion', (options) => lion({ ...options, beta1: 0.7, beta2: 0.9 })],
  ['lamb', (options) => lamb({ ...options, beta1: 0.7, beta2: 0.9, epsilon: 0.3 })],
];

/** Runs three updates of three parameters with constant gradients. */
async function trained(optimizer: Optimizer, jitted: boolean): Promise<readonly number[]> {
  const update = (params: Tensor, grads: Tensor, state: ReturnType<typeof optimizer.init<Tensor>>) =>
    optimizer.update(params, grads, state);
  const run = jitted ? jit(update) : async (...args: Parameters<typeof update>) => update(...args);
  let params = tensor(Float64Array.of(0.3, -0.7, 1.1));
  let state = optimizer.init(params);
  for (let i = 1; i <= 3; i++)
    ({ params, state } = await run(params, tensor(Float64Array.of(0.1 * i, -0.2, 0.3)), state));
  return [...(await params.data())];
}

describe.each(optimizers)('%s with float64 parameters', (_, make) => {
  test('uses hyperparameters in float64 precision', async () => {
    const eager = await trained(make(tenths), false);
    const jitted = await trained(make(tenths), true);
    jitted.forEach((value, i) => {
      expect(Math.abs(value - eager[i])).toBeLessThanOrEqual(1e-15);
    });
    // Hyperparameters rounded to float32 change the result by 1e-9 and more, which this test can detect.
    const rounded = await trained(make({ learningRate: Math.fround(0.1), weightDecay: Math.fround(0.01) }), true);
    expect(Math.max(...rounded.map((value, i) => Math.abs(value - eager[i])))).toBeGreaterThan(1e-11);
  });
});

test('sgd subtracts learningRate · grad exactly in float64', async () => {
  expect(await trained(sgd({ learningRate: 0.1 }), true)).toEqual(
    [0.3, -0.7, 1.1].map((value, p) => {
      let moved = value;
      for (let i = 1; i <= 3; i++) moved -= 0.1 * [0.1 * i, -0.2, 0.3][p];
      return moved;
    }),
  );
});

describe('learning rate dtype', () => {
  test('the learning rate is float64 if a parameter is float64, otherwise float32', () => {
    const optimizer = sgd({ learningRate: 0.1 });
    const single = tensor([1, 2]);
    const double = tensor(Float64Array.of(1));
    expect(optimizer.init({ single }).learningRate?.dtype).toBe('float32');
    expect(optimizer.init({ single, double }).learningRate?.dtype).toBe('float64');
  });

  test('the learning rate may differ in dtype from the parameters', async () => {
    const optimizer = sgd({ learningRate: 0.1 });
    const params = tensor(Float64Array.of(1));
    const state = { ...optimizer.init(params), learningRate: scalar(0.5) };
    expect(await optimizer.update(params, params, state).params.array()).toEqual([0.5]);
  });

  const schedules: readonly (readonly [string, Schedule, (step: number) => number])[] = [
    [
      'exponentialDecay',
      exponentialDecay({ initialLearningRate: 0.1, decaySteps: 3, decayRate: 0.7 }),
      (t) => 0.1 * 0.7 ** (t / 3),
    ],
    [
      'inverseTimeDecay',
      inverseTimeDecay({ initialLearningRate: 0.1, decaySteps: 3, decayRate: 0.7 }),
      (t) => 0.1 / (1 + (0.7 * t) / 3),
    ],
    [
      'polynomialDecay',
      polynomialDecay({ initialLearningRate: 0.1, decaySteps: 3, endLearningRate: 0.01, power: 0.7 }),
      (t) => 0.09 * (1 - t / 3) ** 0.7 + 0.01,
    ],
    [
      'piecewiseConstantDecay',
      piecewiseConstantDecay({ boundaries: [0], values: [0.1, 0.3] }),
      (t) => (t <= 0 ? 0.1 : 0.3),
    ],
    [
      'cosineDecay',
      cosineDecay({ initialLearningRate: 0.1, decaySteps: 3 }),
      (t) => 0.05 * (1 + Math.cos((Math.PI * t) / 3)),
    ],
    [
      'cosineDecayRestarts',
      cosineDecayRestarts({ initialLearningRate: 0.1, firstDecaySteps: 3 }),
      (t) => 0.05 * (1 + Math.cos((Math.PI * t) / 3)),
    ],
  ];
  test.each(schedules)('%s computes in float64 if a parameter is float64', async (_, schedule, expected) => {
    const params = tensor(Float64Array.of(1));
    const optimizer = sgd({ learningRate: schedule });
    const state = optimizer.init(params);
    const { params: moved, state: next } = optimizer.update(params, tensor(Float64Array.of(1)), state);
    const rate = await sub(params, moved).item();
    const taken = [expected(0), expected(1)].map((value) => Math.abs(rate - value));
    expect(Math.min(...taken)).toBeLessThan(1e-15);
    expect(optimizer.learningRate({ ...next, slots: { any: params } }).dtype).toBe('float64');
    expect(schedule(scalar(1, { dtype: 'int32' })).dtype).toBe('float32');
  });
});
