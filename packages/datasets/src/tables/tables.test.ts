import { expect, test } from '@jest/globals';
import { fileOf, goldens, optionsOf } from '../goldens.fixture.ts';
import { bostonHousing, californiaHousing } from '../index.ts';

/** The elements of nested arrays, as float32. */
const floats = (values: readonly unknown[]) => Float32Array.from(values.flat(2).map(Number));

test.each(goldens.boston.cases)('bostonHousing returns what Keras returns with $options', async (one) => {
  const { train, test: testing } = await bostonHousing({
    file: fileOf(goldens.boston.file),
    ...optionsOf(one.options),
  });
  expect(train.features).toEqual({ dtype: 'float32', shape: [one.x.length, 13], data: floats(one.x) });
  expect(train.targets).toEqual({ dtype: 'float32', shape: [one.y.length], data: floats(one.y) });
  expect(testing.features.data).toEqual(floats(one.u));
  expect(testing.targets.data).toEqual(floats(one.v));
});

test('californiaHousing returns what Keras returns for the small version', async () => {
  const [{ options, x, y }] = goldens.california.cases;
  const file = fileOf(goldens.california.file);
  const { train, test: testing } = await californiaHousing({ file, ...optionsOf(options) });
  expect(train.features.data).toEqual(floats(x));
  expect(train.targets.data).toEqual(floats(y));
  expect(train.targets.shape[0] + testing.targets.shape[0]).toBe(600);
});

test('rejects a file of another dataset, and reports its shapes', async () => {
  await expect(bostonHousing({ file: fileOf(goldens.california.file) })).rejects.toMatchObject({
    code: 'file',
    op: 'bostonHousing',
    data: { x: [617, 8], y: [617] },
  });
});

test('rejects splits outside [0, 1) and unknown options', async () => {
  await expect(bostonHousing({ testSplit: 1 })).rejects.toMatchObject({
    code: 'argument',
    data: { name: 'testSplit' },
  });
  await expect(Reflect.apply(californiaHousing, null, [{ version: 'tiny' }])).rejects.toMatchObject({
    code: 'argument',
    data: { name: 'version' },
  });
});
