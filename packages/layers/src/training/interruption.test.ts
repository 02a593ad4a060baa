import '@manabi/backend-cpu/register';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { fromGenerator } from '@manabi/data';
import { runInNode } from '@manabi/testing';
import { clearSession } from '../naming.ts';
import { fails, line, quiet, weightOf } from './line.fixture.ts';

const child = new URL('./interrupt.child.ts', import.meta.url);
const listeners = () => process.listenerCount('SIGINT');

beforeEach(() => clearSession());

describe('Ctrl-C', () => {
  test('ends the training after the present step; the weights are kept, and the history says so', async () => {
    const { code, stdout } = await runInNode(child);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ interrupted: true, epochs: [0], moved: true, ended: 1, listeners: 0 });
  }, 60_000);

  test('a second one ends the program', async () => {
    const { code, stdout } = await runInNode(child, { args: ['twice'] });
    expect([code, stdout]).toEqual([130, '']);
  }, 60_000);

  test('nothing listens when nothing runs', async () => {
    const before = listeners();
    await line().fit([[1]], [1], quiet);
    await fails(line().fit([[1], [2]], [1], quiet));
    await fails(line().fit([[1]], [1], { ...quiet, callbacks: [{ onBatchEnd: () => Promise.reject(new Error()) }] }));
    expect(listeners()).toBe(before);
  });
});

describe('an AbortSignal', () => {
  test('makes fit fail, with the weights of the last step', async () => {
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

  test('that fired before stops everything', async () => {
    const options = { ...quiet, signal: AbortSignal.abort() };
    const [model, x] = [line(), [[1]]];
    expect(await fails(model.fit(x, [1], options))).toMatchObject({ code: 'aborted' });
    expect(await fails(model.evaluate(x, [1], options))).toMatchObject({ code: 'aborted' });
    expect(await fails(model.predict(x, { signal: options.signal }))).toMatchObject({ code: 'aborted' });
    expect(await weightOf(model)).toBe(0);
  });

  test('also ends the wait for data that never come', async () => {
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

  test('in a validation, too', async () => {
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

describe('data', () => {
  test('are closed when the training ends, however it does', async () => {
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
