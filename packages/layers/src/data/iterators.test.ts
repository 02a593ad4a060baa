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

/** The message of what a promise fails with. */
const message = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'nothing failed',
    (error: unknown) => String(error),
  );

describe('generator objects', () => {
  test('of async generators train for one epoch', async () => {
    const model = line();
    await model.fit(asyncBatches(), quiet);
    expect(await weightOf(model)).toBeCloseTo(1, 5);
  });

  test('are used up after it, which the second epoch says', async () => {
    const training = line().fit(asyncBatches(), { ...quiet, epochs: 2 });
    await expect(training).rejects.toMatchObject({ code: 'data', op: 'fit' });
    expect(await message(line().fit(asyncBatches(), { ...quiet, epochs: 2 }))).toContain(
      'it is used up after one pass, as generator objects are. Pass the function that makes it',
    );
  });

  test('that were used before are told from empty datasets', async () => {
    const model = line();
    const used = asyncBatches();
    await model.evaluate(used, quiet);
    expect(await message(model.fit(used, quiet))).toContain('used up');
    expect(await message(model.evaluate(used, quiet))).toContain('used up');
    expect(await message(model.predict(used, quiet))).toContain('used up');
    const validation = asyncBatches();
    const training = model.fit(batches, { ...quiet, epochs: 2, validationData: validation });
    expect(await message(training)).toContain('used up');
    expect(await message(model.fit(() => [], quiet))).not.toContain('used up');
  });

  test('other iterables that are used up say so, too', async () => {
    const generator = asyncBatches();
    const once = { [Symbol.asyncIterator]: () => generator };
    expect(await message(line().fit(once, { ...quiet, epochs: 2 }))).toContain('used up');
  });

  test('of synchronous generators are rejected, with what to pass', async () => {
    const model = line();
    // @ts-expect-error plain JavaScript
    const given: never = batches();
    const advice = 'Pass the function that makes it';
    expect(await message(model.fit(given, { ...quiet, epochs: 2 }))).toContain(`${advice}, which is called`);
    expect(await message(model.evaluate(given, quiet))).toContain('evaluate(() => batches())');
    expect(await message(model.predict(given, quiet))).toContain('predict(() => batches())');
    expect(await message(model.fit(batches, { ...quiet, validationData: given }))).toContain(
      'validationData: () => batches()',
    );
  });

  test('are not needed: generator functions train for many epochs', async () => {
    const model = line();
    const { history } = await model.fit(batches, { ...quiet, epochs: 3 });
    expect(history.loss).toHaveLength(3);
  });
});
