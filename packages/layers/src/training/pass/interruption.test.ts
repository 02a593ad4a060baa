import '@manabi/backend-cpu/register';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { fromGenerator } from '@manabi/data';
import { runInNode } from '@manabi/testing';
import { csvLogger } from '../../callbacks/csv-logger.ts';
import { earlyStopping } from '../../callbacks/early-stopping.ts';
import { progbarLogger } from '../../callbacks/progbar-logger.ts';
import { clearSession } from '../../layer/naming.ts';
import { fails, line, quiet, weightOf } from '../line.fixture.ts';
import type { CallbackHooks, SavePoint } from '../listeners/listener.ts';

const child = new URL('../interrupt.child.ts', import.meta.url);
const listeners = () => process.listenerCount('SIGINT');

beforeEach(() => clearSession());
afterEach(() => void jest.restoreAllMocks());

/** Data with four samples; validationSplit holds out the last one. */
const [x, y] = [
  [[1], [1], [1], [1]],
  [1, 1, 1, 1],
];
const validated = { ...quiet, batchSize: 1, epochs: 4, validationSplit: 0.25 };
const press = (): void => void process.emit('SIGINT');

/** Creates a callback that records the hooks of epochs, and calls of `onSavePoint` after Ctrl-C. */
function recorder(calls: unknown[]): CallbackHooks {
  return {
    onEpochBegin: (epoch) => void calls.push(['begin', epoch]),
    onEpochEnd: (epoch, logs) => void calls.push(['end', epoch, Object.keys(logs)]),
    onSavePoint: (point: SavePoint) => void (point.interrupted && calls.push(point)),
    onTrainEnd: (logs) => void calls.push(['train', Object.keys(logs)]),
  };
}

describe('Ctrl-C', () => {
  test('Ctrl-C stops the training after the current step, keeps the weights and sets history.interrupted', async () => {
    const { code, stdout } = await runInNode(child);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ interrupted: true, epochs: [], moved: true, ended: 1, listeners: 0 });
  }, 60_000);

  const names = ['loss', 'valLoss'];

  test.each<[string, CallbackHooks, number]>([
    ['a batch', { onBatchEnd: (batch) => void (batch === 1 && press()) }, 2],
    ['the last batch', { onBatchEnd: (batch) => void (batch === 2 && press()) }, 3],
    ['the validation', { onTestBatchEnd: press }, 3],
  ])(
    'Ctrl-C during %s ends the epoch without calling onEpochEnd and without an entry in the history',
    async (_where, pressing, step) => {
      const warned = jest.spyOn(console, 'warn').mockImplementation(() => {});
      const calls: unknown[] = [];
      let epoch = 0;
      // Presses Ctrl-C in the second epoch.
      const later: CallbackHooks = {
        onEpochBegin: (number) => {
          epoch = number;
        },
        onBatchEnd: (batch, logs) => (epoch === 1 ? pressing.onBatchEnd?.(batch, logs) : undefined),
        onTestBatchEnd: (batch, logs) => (epoch === 1 ? pressing.onTestBatchEnd?.(batch, logs) : undefined),
      };
      const stopping = earlyStopping({ monitor: 'valLoss', patience: 3 });
      const history = await line().fit(x, y, { ...validated, callbacks: [later, stopping, recorder(calls)] });
      expect(calls).toEqual([
        ['begin', 0],
        ['end', 0, names],
        ['begin', 1],
        { epoch: 1, step, epochEnded: false, interrupted: true },
        ['train', names],
      ]);
      expect(history).toMatchObject({ interrupted: true, epoch: [0] });
      expect(Object.entries(history.history).map(([name, { length }]) => [name, length])).toEqual([
        ['loss', 1],
        ['valLoss', 1],
      ]);
      expect(warned).toHaveBeenCalledTimes(1);
    },
  );

  test.each<[string, CallbackHooks]>([
    ['the hooks of the epoch end', { onEpochEnd: (epoch) => void (epoch === 1 && press()) }],
    [
      'the save point after the epoch',
      { onSavePoint: ({ epoch, epochEnded }) => void (epoch === 1 && epochEnded && press()) },
    ],
  ])('Ctrl-C during %s prevents the next epoch', async (_where, pressing) => {
    const warned = jest.spyOn(console, 'warn').mockImplementation(() => {});
    const calls: unknown[] = [];
    let csv = '';
    const files = {
      size: async () => 0,
      write: async () => {},
      append: async (_path: string, bytes: Uint8Array) => {
        csv += new TextDecoder().decode(bytes);
      },
    };
    const callbacks = [pressing, csvLogger('log.csv', { files }), earlyStopping({ patience: 3 }), recorder(calls)];
    const history = await line().fit(x, y, { ...validated, callbacks });
    expect(calls).toEqual([
      ['begin', 0],
      ['end', 0, names],
      ['begin', 1],
      ['end', 1, names],
      { epoch: 2, step: 0, epochEnded: false, interrupted: true },
      ['train', names],
    ]);
    expect(csv.split('\r\n').map((row) => row.split(',')[0])).toEqual(['epoch', '0', '1', '']);
    expect(history).toMatchObject({ interrupted: true, epoch: [0, 1] });
    expect(warned).toHaveBeenCalledTimes(1);
  });

  test.each<[string, CallbackHooks, unknown[]]>([
    ['the start of the training', { onTrainBegin: press }, []],
    ['the start of an epoch', { onEpochBegin: press }, [['begin', 0]]],
  ])('Ctrl-C at %s prevents any step', async (_where, pressing, begun) => {
    jest.spyOn(console, 'warn').mockImplementation(() => {});
    const calls: unknown[] = [];
    const model = line();
    const history = await model.fit(x, y, { ...validated, callbacks: [pressing, recorder(calls)] });
    const point = { epoch: 0, step: 0, epochEnded: false, interrupted: true };
    expect(calls).toEqual([...begun, point, ['train', []]]);
    expect(history).toMatchObject({ interrupted: true, epoch: [], history: {} });
    expect(await weightOf(model)).toBe(0);
  });

  test('Ctrl-C after the last epoch causes no save point for resuming', async () => {
    jest.spyOn(console, 'warn').mockImplementation(() => {});
    const calls: unknown[] = [];
    await line().fit(x, y, { ...validated, epochs: 1, callbacks: [{ onEpochEnd: press }, recorder(calls)] });
    expect(calls).toEqual([
      ['begin', 0],
      ['end', 0, names],
      ['train', names],
    ]);
  });

  test('Ctrl-C stops all running trainings, which share one listener for SIGINT', async () => {
    const warned = jest.spyOn(console, 'warn').mockImplementation(() => {});
    const leaks: Error[] = [];
    const onWarning = (warning: Error): void => void leaks.push(warning);
    process.on('warning', onWarning);
    const before = listeners();
    const models = Array.from({ length: 12 }, () => line());
    const counts: number[] = [];
    const counting: CallbackHooks = { onBatchEnd: () => void counts.push(listeners() - before) };
    const trainings = models.map((model) =>
      model.fit(x, y, { ...quiet, batchSize: 1, epochs: 1e6, callbacks: [counting] }),
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
    press();
    const histories = await Promise.all(trainings);
    process.off('warning', onWarning);
    expect(histories.every(({ interrupted }) => interrupted)).toBe(true);
    expect(new Set(counts)).toEqual(new Set([1]));
    expect([listeners() - before, leaks, warned.mock.calls.length]).toEqual([0, [], 1]);
    // A training that starts later is not stopped.
    expect((await line().fit(x, y, quiet)).interrupted).toBe(false);
  });

  test('Ctrl-C starts a new line after the progress bar', async () => {
    jest.spyOn(console, 'warn').mockImplementation(() => {});
    let now = 0;
    jest.spyOn(performance, 'now').mockImplementation(() => {
      now += 1000;
      return now;
    });
    let text = '';
    const output = {
      isTTY: true,
      write: (part: string) => {
        text += part;
      },
    };
    const callbacks = [progbarLogger({ output }), { onBatchEnd: (batch: number) => void (batch === 1 && press()) }];
    await line().fit(x, y, { ...validated, callbacks });
    expect(text).toMatch(/2\/3 [^\n]+\n$/);
  });

  test('Ctrl-C pressed twice ends the program', async () => {
    const { code, stdout } = await runInNode(child, { args: ['twice'] });
    expect([code, stdout]).toEqual([130, '']);
  }, 60_000);

  test('SIGINT has no listener when no training runs', async () => {
    const before = listeners();
    await line().fit([[1]], [1], quiet);
    await fails(line().fit([[1], [2]], [1], quiet));
    await fails(line().fit([[1]], [1], { ...quiet, callbacks: [{ onBatchEnd: () => Promise.reject(new Error()) }] }));
    expect(listeners()).toBe(before);
  });
});

test('model.stopTraining = true within an epoch ends the training after the validation of this epoch', async () => {
  const calls: unknown[] = [];
  const model = line();
  const stop = { onBatchEnd: () => void Object.assign(model, { stopTraining: true }) };
  const history = await model.fit(x, y, { ...validated, callbacks: [stop, recorder(calls)] });
  expect(calls).toEqual([
    ['begin', 0],
    ['end', 0, ['loss', 'valLoss']],
    ['train', ['loss', 'valLoss']],
  ]);
  expect(history).toMatchObject({ interrupted: false, epoch: [0] });
});

describe('AbortSignal', () => {
  test('aborting makes fit reject, and the model keeps the weights of the last step', async () => {
    const model = line();
    const controller = new AbortController();
    const batches: number[] = [];
    const failure = model.fit([[1], [1], [1]], [1, 1, 1], {
      ...quiet,
      batchSize: 1,
      signal: controller.signal,
      callbacks: [
        {
          onBatchEnd: (batch) => {
            batches.push(batch);
            if (batch === 1) controller.abort();
          },
        },
      ],
    });
    expect(await fails(failure)).toMatchObject({ code: 'aborted' });
    expect(batches).toEqual([0, 1]);
    expect(await weightOf(model)).toBeCloseTo(0.36, 5);
    await model.fit([[1]], [1], quiet);
  });

  test('fit, evaluate and predict reject if the signal is already aborted', async () => {
    const options = { ...quiet, signal: AbortSignal.abort() };
    const [model, x] = [line(), [[1]]];
    expect(await fails(model.fit(x, [1], options))).toMatchObject({ code: 'aborted' });
    expect(await fails(model.evaluate(x, [1], options))).toMatchObject({ code: 'aborted' });
    expect(await fails(model.predict(x, { signal: options.signal }))).toMatchObject({ code: 'aborted' });
    expect(await weightOf(model)).toBe(0);
  });

  test('aborting makes fit reject while it waits for data', async () => {
    const controller = new AbortController();
    const source = fromGenerator(async function* () {
      yield [[[1]], [1]];
      controller.abort();
      await new Promise(() => {});
      yield [[[1]], [1]];
    });
    const failure = line().fit(source, { ...quiet, signal: controller.signal });
    expect(await fails(failure)).toMatchObject({ code: 'aborted' });
  });

  test('aborting makes fit reject during a validation', async () => {
    const controller = new AbortController();
    const failure = line().fit([[1]], [1], {
      ...quiet,
      validationData: [[[1]], [1]],
      signal: controller.signal,
      callbacks: [{ onTestBatchEnd: () => controller.abort() }],
    });
    expect(await fails(failure)).toMatchObject({ code: 'aborted' });
  });
});

describe('datasets that fit reads', () => {
  test('are closed when the training ends, stops or fails', async () => {
    let closed = 0;
    const source = fromGenerator(function* () {
      try {
        for (;;) yield [[[1]], [1]];
      } finally {
        closed++;
      }
    });
    await line().fit(source, { ...quiet, stepsPerEpoch: 2 });
    expect(closed).toBe(1);
    const model = line();
    const stop = { onBatchEnd: () => void Object.assign(model, { stopTraining: true }) };
    await model.fit(source, { ...quiet, stepsPerEpoch: 5, callbacks: [stop] });
    expect(closed).toBe(2);
    const fail = { onBatchEnd: () => Promise.reject(new Error('no')) };
    await fails(line().fit(source, { ...quiet, stepsPerEpoch: 5, callbacks: [fail] }));
    expect(closed).toBe(3);
  });
});
