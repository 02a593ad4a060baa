import '@manabi/backend-cpu/register';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { jit, realize, scalar, type Tensor, tensor, tree } from '@manabi/core';
import { assertArraysClose, atLeastOne } from '@manabi/testing';
import {
  type AdafactorOptions,
  type AdagradOptions,
  type AdamOptions,
  adadelta,
  adafactor,
  adagrad,
  adam,
  adamax,
  adamw,
  type CosineDecayOptions,
  type CosineDecayRestartsOptions,
  cosineDecay,
  cosineDecayRestarts,
  type DecayOptions,
  exponentialDecay,
  type FtrlOptions,
  ftrl,
  inverseTimeDecay,
  lamb,
  lion,
  type MuonOptions,
  muon,
  nadam,
  type Optimizer,
  type OptimizerOptions,
  type PiecewiseConstantDecayOptions,
  type PolynomialDecayOptions,
  piecewiseConstantDecay,
  polynomialDecay,
  type RmspropOptions,
  rmsprop,
  type Schedule,
  type SgdOptions,
  sgd,
} from './index.ts';
import { type OptimizerRow, optimizerRows } from './rows.ts';
import { scheduleRows } from './schedule-rows.ts';

// tooling/goldens/optimizers generates the expected values: ten float64 steps of Keras on the same gradients.

type AnyOptions = SgdOptions &
  AdamOptions &
  RmspropOptions &
  AdagradOptions &
  FtrlOptions &
  AdafactorOptions &
  MuonOptions;
type AnyScheduleOptions = DecayOptions &
  PiecewiseConstantDecayOptions &
  PolynomialDecayOptions &
  CosineDecayOptions &
  CosineDecayRestartsOptions;

const optimizers = { sgd, adam, adamw, rmsprop, adagrad, adadelta, adamax, nadam, lion, lamb, ftrl, adafactor, muon };
const schedules = {
  exponentialDecay,
  inverseTimeDecay,
  piecewiseConstantDecay,
  polynomialDecay,
  cosineDecay,
  cosineDecayRestarts,
};

interface Values {
  readonly kernel: readonly number[];
  readonly bias: readonly number[];
}

type NamedSchedule = AnyScheduleOptions & { readonly schedule: keyof typeof schedules };

interface OptimizerGoldens {
  readonly initial: Values;
  readonly gradients: readonly Values[];
  readonly cases: readonly {
    readonly optimizer: keyof typeof optimizers;
    readonly options: Omit<AnyOptions, 'learningRate'> & {
      readonly learningRate?: number | NamedSchedule;
      readonly exclude?: readonly string[];
    };
    readonly steps: readonly Values[];
  }[];
}

interface ScheduleGoldens {
  readonly steps: readonly number[];
  readonly cases: readonly {
    readonly schedule: keyof typeof schedules;
    readonly options: AnyScheduleOptions;
    readonly values: readonly number[];
  }[];
}

const read = (name: string): string => readFileSync(new URL(`./goldens/${name}.json`, import.meta.url), 'utf8');
const optimizerGoldens: OptimizerGoldens = JSON.parse(read('optimizers'));
const scheduleGoldens: ScheduleGoldens = JSON.parse(read('schedules'));

const toTensors = ({ kernel, bias }: Values) => ({
  kernel: tensor([kernel.slice(0, 3), kernel.slice(3)]),
  bias: tensor(bias),
});
type Params = ReturnType<typeof toTensors>;

const valuesOf = async ({ kernel, bias }: Params): Promise<number[]> => [
  ...(await kernel.data()),
  ...(await bias.data()),
];
const numbersOf = ({ kernel, bias }: Values): number[] => [...kernel, ...bias];

function makeOptimizer({ optimizer, options }: OptimizerGoldens['cases'][number]): Optimizer {
  const { exclude = [], learningRate, ...rest } = options;
  const rate = typeof learningRate === 'object' ? scheduleOf(learningRate) : learningRate;
  const given: OptimizerOptions = rate === undefined ? rest : { ...rest, learningRate: rate };
  return optimizers[optimizer]({ ...given, excludeFromWeightDecay: (path) => exclude.includes(path) });
}

function scheduleOf({ schedule, ...options }: NamedSchedule): Schedule {
  return makeSchedule(schedule, options);
}

function makeSchedule(name: keyof typeof schedules, options: AnyScheduleOptions): Schedule {
  return schedules[name](options);
}

test('every optimizer and schedule of Keras has a golden', () => {
  const ofKeras = Object.entries<OptimizerRow>(optimizerRows).filter(([, { notInKeras }]) => notInKeras !== true);
  // The test of lossScaleOptimizer contains its numbers from Keras.
  const tried = new Set<string>(['lossScaleOptimizer', ...optimizerGoldens.cases.map(({ optimizer }) => optimizer)]);
  expect(ofKeras.map(([name]) => name).filter((name) => !tried.has(name))).toEqual([]);
  const triedSchedules = new Set<string>(scheduleGoldens.cases.map(({ schedule }) => schedule));
  expect(Object.keys(scheduleRows).filter((name) => !triedSchedules.has(name))).toEqual([]);
});

describe('optimizers match ten steps of Keras', () => {
  test.each(optimizerGoldens.cases.map((golden) => ({ ...golden, title: JSON.stringify(golden.options) })))(
    '$optimizer with options $title',
    async (golden) => {
      const optimizer = makeOptimizer(golden);
      let params = toTensors(optimizerGoldens.initial);
      let state = optimizer.init(params);
      const step = jit(
        (before: Params, grads: Params, memory: typeof state) => optimizer.update(before, grads, memory),
        { donate: [0, 2] },
      );
      for (const [i, gradient] of atLeastOne(optimizerGoldens.gradients).entries()) {
        ({ params, state } = await step(params, toTensors(gradient), state));
        // The tolerance is absolute and fits float32 numbers near 1, since parameters are close to 1 and updates are
        // small.
        assertArraysClose(await valuesOf(params), numbersOf(golden.steps[i]), { rtol: 1e-5, atol: 2e-7 });
      }
      expect(await state.step.item()).toBe(10);
    },
  );

  test('nadam matches Keras without jit', async () => {
    const golden = optimizerGoldens.cases.find(({ optimizer }) => optimizer === 'nadam');
    if (golden === undefined) throw new Error('The goldens have no case for nadam.');
    const optimizer = makeOptimizer(golden);
    let params = toTensors(optimizerGoldens.initial);
    let state = optimizer.init(params);
    for (const gradient of atLeastOne(optimizerGoldens.gradients)) {
      ({ params, state } = optimizer.update(params, toTensors(gradient), state));
      await realize({ params, state });
    }
    const last = golden.steps[9];
    assertArraysClose(await valuesOf(params), numbersOf(last), { rtol: 1e-5, atol: 2e-7 });
  });
});

describe('schedules match Keras', () => {
  test.each(scheduleGoldens.cases.map((golden) => ({ ...golden, title: JSON.stringify(golden.options) })))(
    '$schedule with options $title',
    async ({ schedule, options, values }) => {
      const rateAt = makeSchedule(schedule, options);
      const rates = tree.map((step) => rateAt(step), scheduleGoldens.steps.map(asStep));
      const found = await Promise.all(rates.map((rate) => rate.item()));
      assertArraysClose(found, [...values], { rtol: 1e-5, atol: 1e-8 });
    },
  );
});

function asStep(step: number): Tensor {
  return scalar(step, { dtype: 'int32' });
}
