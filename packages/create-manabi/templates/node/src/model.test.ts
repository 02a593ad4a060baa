import assert from 'node:assert/strict';
import { test } from 'node:test';
import { data, datasets, loadModel, saveModelBytes, setRandomSeed } from 'manabi';
import { createModel } from './model.ts';

test('learns to recognize digits, and predicts the same after it is saved and loaded', async () => {
  setRandomSeed(1);
  const { train, test } = await datasets.mnist();
  const model = createModel();
  await model.fit(train.images, train.labels, { epochs: 1, batchSize: 32, stepsPerEpoch: 100, verbose: 0 });

  const { accuracy } = await model.evaluate(test.images, test.labels, { verbose: 0 });
  assert.ok(accuracy > 0.85, `accuracy ${accuracy}`);

  const loaded = await loadModel(await saveModelBytes(model));
  const digits = data.fromTensorSlices([test.images]).batch(3).take(1);
  assert.deepEqual(await (await loaded.predict(digits)).array(), await (await model.predict(digits)).array());
});
