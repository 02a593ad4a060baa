import '@manabi/backend-cpu/register';
import { describe, expect, test } from '@jest/globals';
import { line, quiet, weightOf } from '../training/line.fixture.ts';

const BATCH = [
  [[1], [2]],
  [2, 4],
] as const;

function* batches() {
  yield BATCH;
}

async function* asyncBatches() {
  yield BATCH;
}

/** Returns the message of the error with which a promise rejects. */
const message = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'no error',
    (error: unknown) => String(error),
  );

describe('generators as training data', () => {
  test('fit accepts an async generator object for one epoch', async () => {
    const model = line();
    await model.fit(asyncBatches(), quiet);
    expect(await weightOf(model)).toBeCloseTo(1, 5);
  });

  test('fit rejects a generator object that ends before the second epoch', async () => {
    const training = line().fit(asyncBatches(), { ...quiet, epochs: 2 });
    await expect(training).rejects.toMatchObject({ code: 'data', op: 'fit' });
    const text = await message(line().fit(asyncBatches(), { ...quiet, epochs: 2 }));
    expect(text).toContain('fit(() => batches())');
  });

  test('the errors for a generator object without remaining batches and for an empty dataset have different messages', async () => {
    const model = line();
    const used = asyncBatches();
    await model.evaluate(used, quiet);
    expect(await message(model.fit(used, quiet))).toContain('(() => batches())');
    expect(await message(model.evaluate(used, quiet))).toContain('(() => batches())');
    expect(await message(model.predict(used, quiet))).toContain('(() => batches())');
    const validation = asyncBatches();
    const training = model.fit(batches, { ...quiet, epochs: 2, validationData: validation });
    expect(await message(training)).toContain('(() => batches())');
    expect(await message(model.fit(() => [], quiet))).not.toContain('(() => batches())');
  });

  test('fit rejects other iterables that can be iterated only once', async () => {
    const generator = asyncBatches();
    const once = { [Symbol.asyncIterator]: () => generator };
    expect(await message(line().fit(once, { ...quiet, epochs: 2 }))).toContain('(() => batches())');
  });

  test('fit rejects a synchronous generator object, and the error shows the function to pass instead', async () => {
    const model = line();
    // @ts-expect-error plain JavaScript
    const given: never = batches();
    expect(await message(model.fit(given, { ...quiet, epochs: 2 }))).toContain('fit(() => batches())');
    expect(await message(model.evaluate(given, quiet))).toContain('evaluate(() => batches())');
    expect(await message(model.predict(given, quiet))).toContain('predict(() => batches())');
    expect(await message(model.fit(batches, { ...quiet, validationData: given }))).toContain(
      'validationData: () => batches()',
    );
  });

  test('fit accepts a generator function for many epochs', async () => {
    const model = line();
    const { history } = await model.fit(batches, { ...quiet, epochs: 3 });
    expect(history.loss).toHaveLength(3);
  });
});
