import '@manabi/backend-cpu/register';
import { beforeEach, expect, jest, test } from '@jest/globals';
import { clearSession, layers, type Model, sequential } from '../index.ts';

/** Loads all modules anew, as if another program started, and returns a function that creates a model with them. */
async function freshProgram(): Promise<() => Model> {
  jest.resetModules();
  const fresh = await import('../index.ts');
  await import('@manabi/backend-cpu/register');
  fresh.setRandomSeed(1);
  return () => {
    const model = fresh.sequential([
      fresh.layers.dense({ units: 1, inputShape: [1] }),
      fresh.layers.dropout({ rate: 0.5 }),
    ]);
    model.compile({ optimizer: 'sgd', loss: 'mse' });
    return model;
  };
}

beforeEach(clearSession);

const x = [[1], [2], [3], [4]];
const y = [1, 2, 3, 4];
const quiet = { verbose: 0 } as const;

test('model.trainer is available after training, after evaluation, and after loadTrainer()', async () => {
  const make = await freshProgram();
  const model = make();
  expect([model.compiled, model.isTrainerLoaded]).toEqual([true, false]);
  expect(() => model.trainer).toThrow(
    expect.objectContaining({ code: 'argument', data: expect.objectContaining({ loaded: false }) }),
  );
  const trainer = await model.loadTrainer();
  expect(model.compilation.optimizer.name).toBe('sgd');
  expect(model.trainer).toBe(trainer);
  expect(await trainer.iterations()).toBe(0);
  // From here on, the training code is loaded, for all models.
  expect(make().isTrainerLoaded).toBe(true);
});

test('compile() and fit() reject a model whose first fit is still loading the training code', async () => {
  const make = await freshProgram();
  const model = make();
  expect(model.isTrainerLoaded).toBe(false);
  const training = model.fit(x, y, quiet);
  expect(() => model.compile({ loss: 'mae' })).toThrow(
    expect.objectContaining({ code: 'argument', data: expect.objectContaining({ training: true }) }),
  );
  await expect(model.fit(x, y, quiet)).rejects.toMatchObject({ code: 'argument', data: { training: true } });
  await training;
  model.compile({ loss: 'mae' });
});

test('the first fit uses the same random numbers, whether or not others are drawn while the training code is loaded', async () => {
  const weightsAfter = async (loadsBefore: boolean): Promise<number[]> => {
    const make = await freshProgram();
    if (loadsBefore) {
      await (await import('./training-code.ts')).loadTrainingCode();
      await (await import('../losses/table.ts')).getLoss('mse');
      await (await import('../optimizers/table.ts')).getOptimizer('sgd');
    }
    const model = make();
    expect(model.isTrainerLoaded).toBe(loadsBefore);
    const training = model.fit(x, y, { ...quiet, epochs: 3, batchSize: 2 });
    // Random numbers that are drawn after this call must not change the training, however long the code takes to load.
    make();
    await training;
    return (await model.getWeights()).flatMap(({ data }) => [...data]);
  };
  expect(await weightsAfter(false)).toEqual(await weightsAfter(true));
});

test('compile() rejects unknown names and options without loading code', async () => {
  const model = sequential([layers.dense({ units: 1, inputShape: [1] })]);
  for (const options of [
    { loss: 'msee' },
    { optimizer: 'adm' },
    { metrics: ['acuracy'] },
    { epochs: 3 },
    { emaMomentum: 2 },
  ]) {
    // In plain JavaScript, any options may be passed.
    expect(() => model.compile(options as object)).toThrow(expect.objectContaining({ code: 'argument' }));
  }
  expect(model.compiled).toBe(false);
});
