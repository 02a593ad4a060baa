import '@manabi/backend-cpu/register';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, jest, test } from '@jest/globals';
import { memory, tensor } from '@manabi/core';
import { input } from '../layers/core/input-layer.ts';
import { add, dense } from '../layers/index.ts';
import { model } from '../model/functional.ts';
import { type Sequential, sequential } from '../model/sequential.ts';
import { setRandomSeed } from '../variables/seed.ts';
import { crossValidate, gridSearch, meanSquaredError, randomSearch } from './index.ts';

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

const X = Array.from({ length: 10 }, (_, i) => [i / 10]);
const Y = X.map(([value]) => 2 * value + 1);

function line({ learningRate = 0.1, units = 1 } = {}): Sequential {
  const made = sequential([dense({ units, inputShape: [1] }), dense({ units: 1 })]);
  made.compile({ optimizer: { className: 'SGD', config: { learningRate } }, loss: 'mse', metrics: ['mae'] });
  return made;
}

describe('crossValidate', () => {
  test('tests each sample once, on a model that was not trained on it', async () => {
    const seen: number[] = [];
    const { folds } = await crossValidate(() => line(), X, Y, {
      folds: 3,
      seed: 1,
      score: (_, { x }) => {
        if (!('data' in x)) throw new TypeError('one input');
        seen.push(...Array.from(x.data, (value) => Math.round(10 * value)));
        return { further: x.shape[0] };
      },
    });
    expect(folds.map(({ trainSamples, testSamples }) => [trainSamples, testSamples])).toEqual([
      [6, 4],
      [7, 3],
      [7, 3],
    ]);
    expect(folds.map(({ scores }) => scores.further)).toEqual([4, 3, 3]);
    expect([...seen].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(seen).not.toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test('equals training and evaluating on the given indices, and restores the random numbers of the program', async () => {
    const train = [0, 1, 2, 5, 6, 7];
    const test = Int32Array.of(8, 9);
    setRandomSeed(5);
    const build = () => sequential([dense({ units: 1, kernelInitializer: 'ones', inputShape: [1] })]);
    const compiled = () => {
      const made = build();
      made.compile({ optimizer: 'sgd', loss: 'mse', metrics: ['mae'] });
      return made;
    };
    const options = { epochs: 2, batchSize: 6, shuffle: false };
    const { folds, mean, std } = await crossValidate(compiled, tensor(X), Y, {
      folds: [{ train, test }],
      fit: options,
    });
    const alone = compiled();
    const pick = <T>(rows: readonly T[], indices: ArrayLike<number>): T[] => Array.from(indices, (i) => rows[i]);
    const { history } = await alone.fit(pick(X, train), pick(Y, train), { ...options, verbose: 0 });
    expect(folds[0].history).toEqual(history);
    const scores = await alone.evaluate(pick(X, test), pick(Y, test), { verbose: 0 });
    expect(folds[0].scores).toEqual(scores);
    expect(mean).toEqual(scores);
    expect(std).toEqual({ loss: 0, mae: 0 });
  });

  test('trains on samples that a fold lists several times, as a bootstrap does', async () => {
    const train = [0, 0, 1, 1, 0, 2, 2, 2, 1, 0, 2, 1];
    const { folds } = await crossValidate(() => line(), X, Y, {
      folds: [{ train, test: [3] }],
      fit: { epochs: 1, batchSize: 4, shuffle: false },
    });
    expect(folds[0]).toMatchObject({ trainSamples: 12, testSamples: 1 });
    expect(Number.isFinite(folds[0].scores.loss)).toBe(true);
  });

  test('repeats with the same seed, whatever the program drew before', async () => {
    const run = async (seed: number) => (await crossValidate(() => line(), X, Y, { folds: 2, seed })).mean;
    const first = await run(3);
    line();
    expect(await run(3)).toEqual(first);
    expect(await run(4)).not.toEqual(first);
    setRandomSeed(9);
    const { mean } = await crossValidate(() => line(), X, Y, { folds: 2 });
    setRandomSeed(9);
    expect((await crossValidate(() => line(), X, Y, { folds: 2 })).mean).toEqual(mean);
  });

  test('passes several inputs by name, and sample weights', async () => {
    const build = () => {
      const [a, b] = [input({ shape: [1], name: 'a' }), input({ shape: [1], name: 'b' })];
      const made = model({
        inputs: [a, b],
        outputs: dense({ units: 1, kernelInitializer: 'ones' }).apply(add().apply([a, b])),
      });
      made.compile({ optimizer: { className: 'SGD', config: { learningRate: 0 } }, loss: 'mse' });
      return made;
    };
    const sampleWeight = X.map((_, i) => (i === 3 ? 1 : 0));
    const { folds } = await crossValidate(build, { b: X, a: X }, Y, { folds: 2, shuffle: false, sampleWeight });
    // Only sample 3 has a weight, and fold 0 tests on samples 0 to 4.
    expect(folds[0].scores.loss).toBeCloseTo((2 * 0.3 - Y[3]) ** 2 / 5, 5);
    expect(folds[1].scores.loss).toBe(0);
  });

  test('rejects a builder that returns the same model or trainable layers twice', async () => {
    const once = line();
    await expect(crossValidate(() => once, X, Y, { folds: 2 })).rejects.toThrow(
      /was already trained in an earlier fold/,
    );
    const base = dense({ units: 1, inputShape: [1] });
    base.trainable = false;
    const build = () => {
      const made = sequential([base, dense({ units: 1 })]);
      made.compile({ optimizer: 'sgd', loss: 'mse' });
      return made;
    };
    await expect(crossValidate(build, X, Y, { folds: 2 })).resolves.toBeDefined();
  });

  test.each<[string, unknown]>([
    ['sampleWeight', X.map(() => 1)],
    ['validationData', [X, Y]],
    ['initialEpoch', 1],
    ['signal', new AbortController().signal],
  ])('rejects %s among the options of fit, which each fold sets itself', async (name, given) => {
    const fit = { epochs: 1, [name]: given };
    await expect(crossValidate(() => line(), X, Y, { folds: 2, fit })).rejects.toMatchObject({
      code: 'argument',
      data: { name: `fit.${name}` },
    });
  });

  test('rejects options of fit that are no object', async () => {
    await expect(crossValidate(() => line(), X, Y, { fit: 3 as never })).rejects.toMatchObject({ code: 'argument' });
  });

  test('rejects a model in place of a function, and asks for a new model per fold', async () => {
    await expect(crossValidate(line() as never, X, Y)).rejects.toThrow(/Create and compile the model in the function/);
  });

  test('rejects wrong folds', async () => {
    const run = (folds: never) => crossValidate(() => line(), X, Y, { folds });
    const argument = { code: 'argument' };
    await expect(run([{ train: [0, 1], test: [1] }] as never)).rejects.toThrow(/trains on sample 1 and tests on it/);
    await expect(run([{ train: [0, 1], test: [10] }] as never)).rejects.toMatchObject({ code: 'index' });
    await expect(run([{ train: [], test: [1] }] as never)).rejects.toMatchObject(argument);
    await expect(run([[0, 1]] as never)).rejects.toMatchObject(argument);
    await expect(run(11 as never)).rejects.toThrow(/at most the number of samples, 10/);
    await expect(run(1 as never)).rejects.toMatchObject(argument);
    await expect(crossValidate(() => sequential([dense({ units: 1, inputShape: [1] })]), X, Y)).rejects.toThrow(
      /compiled model.*model\.compile/,
    );
  });

  test('stops by its signal', async () => {
    const controller = new AbortController();
    const score = () => {
      controller.abort();
      return {};
    };
    const run = crossValidate(() => line(), X, Y, { folds: 3, score, signal: controller.signal });
    await expect(run).rejects.toMatchObject({ code: 'aborted' });
  });

  test('does not keep the memory of finished models', async () => {
    const wide = () => {
      const made = sequential([dense({ units: 20_000, inputShape: [1] }), dense({ units: 1 })]);
      made.compile({ optimizer: 'adam', loss: 'mse' });
      return made;
    };
    const held: number[] = [];
    const score = async () => {
      // On a busy machine, finalizers may run only after several collections.
      for (let round = 0; round < 10; round++) {
        collect();
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      held.push(memory().bytes);
      return {};
    };
    await crossValidate(wide, X, Y, { folds: 4, score });
    expect(Math.max(...held)).toBeLessThan(3 * held[0]);
  });
});

describe('gridSearch and randomSearch', () => {
  test('gridSearch tries each combination on the same folds, and ranks by the score', async () => {
    const grid = { learningRate: [0, 0.2], units: [1, 2] };
    const options = { folds: 2, seed: 2, fit: { epochs: 5, batchSize: 5 }, scoring: 'mae' };
    const { best, candidates } = await gridSearch(line, grid, X, Y, options);
    expect(candidates.map(({ parameters }) => parameters)).toEqual([
      { learningRate: 0, units: 1 },
      { learningRate: 0, units: 2 },
      { learningRate: 0.2, units: 1 },
      { learningRate: 0.2, units: 2 },
    ]);
    expect(best.parameters.learningRate).toBe(0.2);
    expect(best.score).toBe(Math.min(...candidates.map(({ mean }) => mean.mae)));
    expect([...candidates.map(({ rank }) => rank)].sort()).toEqual([1, 2, 3, 4]);
    const alone = await crossValidate(() => line(best.parameters), X, Y, { folds: 2, seed: 2, fit: options.fit });
    expect(alone.mean).toEqual(best.mean);
  });

  test('ranks candidates whose loss is NaN last, and equal ones alike', async () => {
    const warn = jest.spyOn(console, 'warn').mockImplementation(() => {});
    const { best, candidates } = await gridSearch(line, { learningRate: [1e30, 0, 0] }, X, Y, {
      folds: 2,
      seed: 1,
      fit: { epochs: 4 },
    });
    expect(candidates.map(({ rank }) => rank)).toEqual([3, 1, 1]);
    expect(best).toBe(candidates[1]);
    warn.mockRestore();
  });

  test('scores of the user need a direction', async () => {
    const score = async (trained: Sequential | ReturnType<typeof model>) => ({
      mine: meanSquaredError(Y, await (await trained.predict(X)).data()),
    });
    const options = { folds: 2, seed: 1, scoring: 'mine', score: score as never };
    await expect(gridSearch(line, { units: [1] }, X, Y, options)).rejects.toThrow(/should increase or decrease/);
    const { best } = await gridSearch(line, { units: [1, 2] }, X, Y, { ...options, mode: 'max' });
    expect(best.rank).toBe(1);
    const unknown = gridSearch(line, { units: [1] }, X, Y, { folds: 2, scoring: 'mea' });
    await expect(unknown).rejects.toThrow(/Did you mean 'mae'/);
  });

  test('randomSearch draws from lists without repetition, and from functions', async () => {
    const options = { folds: 2, seed: 7, candidates: 20 };
    const { candidates } = await randomSearch(line, { learningRate: [0, 0.1, 0.2], units: [1, 2] }, X, Y, options);
    const tried = candidates.map(({ parameters }) => `${parameters.learningRate} ${parameters.units}`);
    expect([...tried].sort()).toEqual(['0 1', '0 2', '0.1 1', '0.1 2', '0.2 1', '0.2 2']);
    const space = { learningRate: (u: number) => 10 ** (-4 + 3 * u), units: [1, 2] };
    const run = async () => (await randomSearch(line, space, X, Y, { ...options, candidates: 3 })).candidates;
    const first = await run();
    expect(first).toHaveLength(3);
    for (const { parameters } of first) expect(parameters.learningRate).toBeGreaterThanOrEqual(1e-4);
    expect((await run()).map(({ parameters, mean }) => ({ parameters, mean }))).toEqual(
      first.map(({ parameters, mean }) => ({ parameters, mean })),
    );
  });

  test('prints a line per candidate and fold if asked', async () => {
    const print = jest.spyOn(console, 'log').mockImplementation(() => {});
    await gridSearch(line, { units: [1] }, X, Y, { folds: 2, seed: 1, verbose: 1 });
    expect(print.mock.calls.map(([text]) => String(text).replace(/[\d.]+s.*/, ''))).toEqual([
      'Candidate 1/1',
      'Fold 1/2 - ',
      'Fold 2/2 - ',
    ]);
    print.mockRestore();
  });

  test('rejects empty lists and grids that are not objects', async () => {
    await expect(gridSearch(line, { units: [] as number[] }, X, Y)).rejects.toThrow(/grid\.units.* non-empty array/);
    await expect(randomSearch(line, { units: 3 } as never, X, Y)).rejects.toMatchObject({ code: 'argument' });
    await expect(gridSearch(3 as never, { units: [1] }, X, Y)).rejects.toMatchObject({ code: 'argument' });
  });
});
