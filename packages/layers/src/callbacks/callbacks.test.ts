import '@manabi/backend-cpu/register';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { adam, exponentialDecay, sgd } from '@manabi/optimizers';
import { clearSession } from '../layer/naming.ts';
import { dense } from '../layers/core/dense.ts';
import { sequential } from '../model/sequential.ts';
import { fails, line, quiet, weightOf } from '../training/line.fixture.ts';
import type { Logs } from '../training/listeners/batch-logs.ts';
import type { CallbackHooks } from '../training/listeners/listener.ts';
import type { ProgressOutput } from '../training/listeners/terminal.ts';
import { setRandomSeed } from '../variables/seed.ts';
import { Callback } from './callback.ts';
import { csvLogger } from './csv-logger.ts';
import { earlyStopping } from './early-stopping.ts';
import { lambdaCallback } from './lambda-callback.ts';
import { learningRateScheduler } from './learning-rate-scheduler.ts';
import type { LogFiles } from './log-files.ts';
import { progbarLogger } from './progbar-logger.ts';
import { reduceLROnPlateau } from './reduce-lr-on-plateau.ts';
import { tensorBoard } from './tensorboard/tensor-board.ts';
import { terminateOnNaN } from './terminate-on-nan.ts';

let warn: jest.SpiedFunction<typeof console.warn>;
let log: jest.SpiedFunction<typeof console.log>;

beforeEach(() => {
  clearSession();
  setRandomSeed(1);
  warn = jest.spyOn(console, 'warn').mockImplementation(() => {});
  log = jest.spyOn(console, 'log').mockImplementation(() => {});
});
afterEach(() => {
  warn.mockRestore();
  log.mockRestore();
});

/** Creates a file store for callbacks that keeps files in memory. */
function memoryFiles(): LogFiles & { readonly texts: () => Record<string, string> } {
  const files = new Map<string, Uint8Array>();
  return {
    size: async (path) => files.get(path)?.length ?? 0,
    write: async (path, bytes) => void files.set(path, bytes),
    append: async (path, bytes) =>
      void files.set(path, Uint8Array.from([...(files.get(path) ?? new Uint8Array()), ...bytes])),
    texts: () => Object.fromEntries([...files].map(([path, bytes]) => [path, new TextDecoder().decode(bytes)])),
  };
}

describe('callback hooks', () => {
  /** Creates a callback that records the calls of its hooks. */
  const recorder = (calls: string[]): CallbackHooks => ({
    setModel: () => void calls.push('model'),
    setParams: ({ epochs, steps }) => void calls.push(`params ${epochs} ${steps}`),
    onTrainBegin: () => void calls.push('train('),
    onTrainEnd: () => void calls.push(')train'),
    onEpochBegin: (epoch) => void calls.push(`epoch ${epoch}(`),
    onEpochEnd: (epoch) => void calls.push(`)epoch ${epoch}`),
    onBatchBegin: (batch) => void calls.push(`batch ${batch}(`),
    onBatchEnd: (batch) => void calls.push(`)batch ${batch}`),
    onTestBegin: () => void calls.push('test('),
    onTestEnd: () => void calls.push(')test'),
    onTestBatchBegin: (batch) => void calls.push(`t${batch}(`),
    onTestBatchEnd: (batch) => void calls.push(`)t${batch}`),
    onPredictBegin: () => void calls.push('predict('),
    onPredictEnd: () => void calls.push(')predict'),
    onPredictBatchBegin: (batch) => void calls.push(`p${batch}(`),
    onPredictBatchEnd: (batch) => void calls.push(`)p${batch}`),
  });

  test('fit calls hooks in the order of Keras', async () => {
    const calls: string[] = [];
    const validationData = [[[1]], [1]] as const;
    await line().fit([[1], [2], [3]], [1, 2, 3], {
      ...quiet,
      batchSize: 2,
      validationData,
      callbacks: [recorder(calls)],
    });
    expect(calls.join(' ')).toBe(
      'model params 1 2 train( epoch 0( batch 0( )batch 0 batch 1( )batch 1 test( t0( )t0 )test )epoch 0 )train',
    );
  });

  test('evaluate calls the hooks for testing, and predict those for prediction', async () => {
    const calls: string[] = [];
    await line().evaluate([[1], [2]], [1, 2], { ...quiet, batchSize: 1, callbacks: [recorder(calls)] });
    await line().predict([[1]], { callbacks: [recorder(calls)] });
    expect(calls.join(' ')).toBe(
      'model params 1 2 test( t0( )t0 t1( )t1 )test model params 1 1 predict( p0( )p0 )predict',
    );
  });

  test('fit awaits hooks, and calls onTrainBatchEnd before onBatchEnd', async () => {
    const calls: string[] = [];
    const slow: CallbackHooks = {
      onTrainBatchEnd: async (batch) => {
        await new Promise((resolve) => setTimeout(resolve, 1));
        calls.push(`train batch ${batch}`);
      },
      onBatchEnd: (batch) => void calls.push(`batch ${batch}`),
    };
    await line().fit([[1], [2]], [1, 2], { ...quiet, batchSize: 1, callbacks: [slow, recorder(calls)] });
    const ends = calls.filter((call) => /^(train )?batch \d$|^\)batch/.test(call));
    expect(ends).toEqual(['train batch 0', 'batch 0', ')batch 0', 'train batch 1', 'batch 1', ')batch 1']);
  });

  test('model.stopTraining = true ends the epoch after the current batch, and the training after the current epoch', async () => {
    const model = line();
    const batches: number[] = [];
    const { epoch, history } = await model.fit([[1], [2], [3]], [1, 2, 3], {
      ...quiet,
      batchSize: 1,
      epochs: 5,
      callbacks: [
        {
          onBatchEnd: (batch) => {
            batches.push(batch);
            model.stopTraining = batch === 1;
          },
        },
      ],
    });
    expect([batches, epoch, history.loss.length]).toEqual([[0, 1], [0], 1]);
  });

  test("a subclass of Callback can read the model's weights and add values to the logs", async () => {
    class Norm extends Callback {
      async onEpochEnd(_epoch: number, logs: Logs): Promise<void> {
        logs.weight = (await this.model.getWeights())[0].data[0];
      }
    }
    const model = line();
    const { history } = await model.fit([[1]], [1], { ...quiet, callbacks: [new Norm()] });
    expect(history.weight).toEqual([await weightOf(model)]);
  });

  test('hooks can read and set weights and call predict during training', async () => {
    const model = line({ optimizer: sgd({ learningRate: 0 }) });
    const seen: unknown[] = [];
    await model.fit([[1]], [1], {
      ...quiet,
      epochs: 2,
      callbacks: [
        {
          onBatchEnd: async () => {
            const [weight] = await model.getWeights();
            seen.push(await (await model.predict([[3]])).array());
            model.setWeights([{ ...weight, data: Float32Array.of(weight.data[0] + 1) }]);
          },
        },
      ],
    });
    expect([seen, await weightOf(model)]).toEqual([[[[0]], [[3]]], 2]);
  });

  test('lambdaCallback calls its functions as hooks', async () => {
    const epochs: number[] = [];
    const callback = lambdaCallback({ onEpochEnd: (epoch) => void epochs.push(epoch) });
    await line().fit([[1]], [1], { ...quiet, epochs: 2, callbacks: [callback] });
    expect(epochs).toEqual([0, 1]);
  });

  test('fit rejects with the error that a hook throws', async () => {
    const callback = { onBatchEnd: () => Promise.reject(new TypeError('no')) };
    expect(await fails(line().fit([[1]], [1], { ...quiet, callbacks: [callback] }))).toBeInstanceOf(TypeError);
  });
});

describe('earlyStopping', () => {
  test('restores the best weights even if all epochs ran', async () => {
    const model = line({ optimizer: sgd({ learningRate: 1.2 }) });
    const best = earlyStopping({ monitor: 'loss', patience: 100, restoreBestWeights: true });
    const { history } = await model.fit([[1]], [1], { ...quiet, epochs: 4, callbacks: [best] });
    // The first epoch has the smallest loss, with a weight of 2.4.
    expect(history.loss[0]).toBe(Math.min(...history.loss));
    expect(await weightOf(model)).toBeCloseTo(2.4, 5);
    await model.fit([[1]], [1], quiet);
  });

  test("infers the direction of improvement from a metric with Keras's spelling, and rejects other values without a mode", async () => {
    const accuracy = earlyStopping({ monitor: 'binary_accuracy', patience: 1 });
    const model = line({ metrics: ['binaryAccuracy'], optimizer: sgd({ learningRate: 0 }) });
    const { epoch } = await model.fit([[1]], [0], { ...quiet, epochs: 5, callbacks: [accuracy] });
    expect(epoch).toEqual([0, 1]);
    const unknownDirection = [
      { onEpochEnd: (_: number, logs: Logs) => void Object.assign(logs, { size: 1 }) },
      earlyStopping({ monitor: 'size' }),
    ];
    expect(await fails(line().fit([[1]], [0], { ...quiet, callbacks: unknownDirection }))).toMatchObject({
      code: 'argument',
      data: { monitor: 'size' },
    });
  });

  test('warns in each epoch if the monitored value is missing from the logs', async () => {
    const { epoch } = await line().fit([[1]], [0], { ...quiet, epochs: 3, callbacks: [earlyStopping()] });
    expect([epoch.length, warn.mock.calls.length]).toEqual([3, 3]);
  });
});

describe('learning rate callbacks', () => {
  test('learningRateScheduler calls the schedule with epochs from 0, and adds learningRate to the logs', async () => {
    const received: (readonly [number, number])[] = [];
    const model = line({ optimizer: sgd({ learningRate: 0.5 }) });
    const schedule = learningRateScheduler((epoch, rate) => {
      received.push([epoch, rate]);
      return rate / 2;
    });
    const { history } = await model.fit([[1]], [1], { ...quiet, epochs: 3, callbacks: [schedule] });
    expect(received).toEqual([
      [0, 0.5],
      [1, 0.25],
      [2, 0.125],
    ]);
    expect(history.learningRate).toEqual([0.25, 0.125, 0.0625]);
  });

  test('setLearningRate takes effect in the next step', async () => {
    const model = line();
    await model.trainOnBatch([[1]], [1]);
    model.trainer.setLearningRate(0);
    const before = await weightOf(model);
    await model.trainOnBatch([[1]], [1]);
    expect(await weightOf(model)).toBe(before);
  });

  test("setLearningRate replaces the optimizer's learning rate schedule", async () => {
    const optimizer = sgd({
      learningRate: exponentialDecay({ initialLearningRate: 1, decaySteps: 1, decayRate: 0.5 }),
    });
    const model = line({ optimizer });
    await model.fit([[0], [0]], [0, 0], { ...quiet, batchSize: 1 });
    expect(await model.trainer.learningRate()).toBe(0.25);
    model.trainer.setLearningRate(3);
    await model.fit([[0]], [0], quiet);
    expect(await model.trainer.learningRate()).toBe(3);
  });

  test('reduceLROnPlateau rejects a factor of 1', () => {
    expect(() => reduceLROnPlateau({ factor: 1 })).toThrow(expect.objectContaining({ code: 'argument' }));
  });
});

describe('terminateOnNaN', () => {
  test('ends the training when the loss is NaN, or throws if raiseError is set', async () => {
    const x = [[1], [1], [1]];
    const y = [1, Number.POSITIVE_INFINITY, 1];
    const options = { ...quiet, shuffle: false, batchSize: 1, epochs: 3 } as const;
    const { epoch } = await line().fit(x, y, { ...options, callbacks: [terminateOnNaN()] });
    expect(epoch).toEqual([0]);
    const strict = line().fit(x, y, { ...options, callbacks: [terminateOnNaN({ raiseError: true })] });
    expect(await fails(strict)).toMatchObject({ code: 'value', data: { batch: 1 } });
  });
});

describe('csvLogger', () => {
  const x = [[1]];

  test('writes epochs numbered from 0, columns sorted by name, and CRLF line endings (RFC 4180)', async () => {
    const files = memoryFiles();
    const model = line({ optimizer: sgd({ learningRate: 0 }), metrics: ['mae'] });
    await model.fit(x, [2], {
      ...quiet,
      epochs: 2,
      validationData: [x, [3]],
      validationFreq: 2,
      callbacks: [csvLogger('log.csv', { files })],
    });
    expect(files.texts()).toEqual({ 'log.csv': 'epoch,loss,mae,valLoss,valMae\r\n0,4,2,NA,NA\r\n1,4,2,9,3\r\n' });
  });

  test('appends rows to an existing file with append: true, and replaces the file otherwise', async () => {
    const files = memoryFiles();
    const run = (append: boolean) =>
      line({ optimizer: sgd({ learningRate: 0 }) }).fit(x, [2], {
        ...quiet,
        callbacks: [csvLogger('log.csv', { files, append, separator: ';' })],
      });
    await run(true);
    await run(true);
    expect(files.texts()['log.csv']).toBe('epoch;loss;valLoss\r\n0;4;NA\r\n0;4;NA\r\n');
    await run(false);
    expect(files.texts()['log.csv']).toBe('epoch;loss;valLoss\r\n0;4;NA\r\n');
  });

  test('quotes column names that contain the separator', async () => {
    const files = memoryFiles();
    const model = sequential([dense({ units: 1, inputShape: [1] })]);
    const metric = Object.assign((_: unknown, yPred: never) => yPred, {});
    Object.defineProperty(metric, 'name', { value: 'a,"b"' });
    model.compile({ optimizer: adam(), loss: 'mse', metrics: [metric as never] });
    await model.fit(x, [[2]], { ...quiet, callbacks: [csvLogger('log.csv', { files })] });
    expect(files.texts()['log.csv']).toContain('epoch,"a,""b""",loss,');
  });
});

describe('files of callbacks in Node', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'manabi-callbacks-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  test('csvLogger and tensorBoard create the missing folders of their files', async () => {
    await line().fit([[1]], [1], {
      ...quiet,
      validationData: [[[1]], [1]],
      callbacks: [
        csvLogger(join(folder, 'a/b/log.csv')),
        tensorBoard({ logDir: join(folder, 'logs'), updateFreq: 'batch' }),
      ],
    });
    expect(await readFile(join(folder, 'a/b/log.csv'), 'utf8')).toMatch(/^epoch,loss,valLoss\r\n0,/);
    for (const [part, tags] of [
      ['train', ['batch_loss', 'epoch_loss', 'epoch_learningRate']],
      ['validation', ['epoch_loss', 'evaluation_loss_vs_iterations']],
    ] as const) {
      const [name, ...others] = await readdir(join(folder, 'logs', part));
      expect(others).toEqual([]);
      const text = await readFile(join(folder, 'logs', part, name), 'latin1');
      for (const tag of ['brain.Event:2', ...tags]) expect(text).toContain(tag);
    }
  });

  test('the error for a file that cannot be written names its path', async () => {
    const callbacks = [csvLogger(join(folder, '\0'))];
    expect(await fails(line().fit([[1]], [1], { ...quiet, callbacks }))).toMatchObject({
      code: 'file',
      data: { path: expect.any(String) },
    });
  });
});

/** Removes durations from a line of progress. */
const timeless = (text: unknown): string =>
  String(text)
    .replace(/ETA \d+\.\ds \d+(\.\d)?(us|ms|s)\/step/, 'LEFT')
    .replace(/\d+\.\ds \d+(\.\d)?(us|ms|s)\/step/, 'TIME');

describe('progbarLogger', () => {
  test('prints one line per epoch if the output is not a terminal', async () => {
    await line({ optimizer: sgd({ learningRate: 0 }) }).fit([[1]], [2], { epochs: 2, verbose: 2 });
    const lines = log.mock.calls.map(([text]) => timeless(text));
    expect(lines).toEqual(['Epoch 1/2 - 1 step - TIME - loss: 4.0000', 'Epoch 2/2 - 1 step - TIME - loss: 4.0000']);
  });

  test('prints nothing with verbose: 0', async () => {
    await line().fit([[1]], [2], quiet);
    await line().evaluate([[1]], [2], quiet);
    expect(log).not.toHaveBeenCalled();
  });

  test('prints to the option output: lines, or a bar that is overwritten if the output is a terminal', async () => {
    const frozen = line({ optimizer: sgd({ learningRate: 0 }) });
    const shown = async (terminal: Pick<ProgressOutput, 'isTTY' | 'columns'>): Promise<string> => {
      let text = '';
      const output = { ...terminal, write: (more: string) => (text += more) };
      await frozen.fit([[1]], [2], { ...quiet, callbacks: [progbarLogger({ output })] });
      return timeless(text);
    };
    expect(await shown({})).toBe('Epoch 1/1 - 1 step - TIME - loss: 4.0000\n');
    const bar = '━'.repeat(30);
    expect(await shown({ isTTY: true, columns: 80 })).toBe(`Epoch 1/1\n\r1/1 ${bar} TIME - loss: 4.0000\u001b[K\n`);
    expect(log).not.toHaveBeenCalled();
  });

  test('prints during predict only if verbose is passed', async () => {
    const model = line();
    await model.predict([[1], [2]]);
    expect(log).not.toHaveBeenCalled();
    await model.predict([[1], [2]], { verbose: 2 });
    expect(log.mock.calls.map(([text]) => timeless(text))).toEqual(['Predict - 1 step - TIME']);
    let text = '';
    const output = { isTTY: true, write: (more: string) => (text += more) };
    await model.predict([[1], [2]], { callbacks: [progbarLogger({ output })] });
    expect(timeless(text)).toBe(`\rPredict 1/1 ${'━'.repeat(30)} TIME\u001b[K\n`);
  });

  test('measures the time per step without the first step, which also compiles, and without validation', async () => {
    let now = 0;
    const clock = jest.spyOn(performance, 'now').mockImplementation(() => now);
    const pass = {
      onTrainBatchEnd: (batch: number) => {
        now += batch === 0 ? 500 : 10;
      },
      onTestBatchEnd: () => {
        now += 1000;
      },
    };
    const lines: string[] = [];
    const bar = progbarLogger({ output: { write: (text) => lines.push(text) } });
    const validationData = [[[1]], [2]] as const;
    const options = { batchSize: 1, verbose: 0, validationData, callbacks: [pass, bar] } as const;
    await line().fit([[1], [2], [3]], [2, 4, 6], options);
    clock.mockRestore();
    expect(lines[0]).toContain('Epoch 1/1 - 3 steps - 1.5s 10ms/step - loss');
  });

  test("prints nothing in pages, which have no standard output, for verbose: 'auto'", async () => {
    const output = jest.spyOn(process, 'stdout', 'get').mockReturnValue(undefined as never);
    try {
      await line().fit([[1]], [2]);
      await line().evaluate([[1]], [2]);
      expect(log).not.toHaveBeenCalled();
      await line().fit([[1]], [2], { verbose: 1 });
      expect(log).toHaveBeenCalledTimes(1);
    } finally {
      output.mockRestore();
    }
  });

  test('shows the remaining time in the bar of evaluate', async () => {
    const model = line();
    const lines: string[] = [];
    const output = { isTTY: true, write: (more: string) => lines.push(timeless(more)) };
    const bar = progbarLogger({ output });
    // The bar is updated for the second batch because it comes more than a tenth of a second after the first.
    const slow = { onTestBatchBegin: () => new Promise<void>((resolve) => setTimeout(resolve, 80)) };
    await model.evaluate([[1], [2], [3], [4]], [2, 4, 6, 8], { batchSize: 1, verbose: 0, callbacks: [slow, bar] });
    expect(lines.some((text) => /^\rEvaluate [23]\/4 ━+ +LEFT - loss/.test(text))).toBe(true);
    expect(lines.at(-1)).toMatch(/^\rEvaluate 4\/4 ━+ TIME - loss/);
  });
});
