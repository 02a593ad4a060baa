import assert from 'node:assert/strict';
import { test } from 'node:test';
import { datasets, setRandomSeed } from 'manabi';
import { createModel } from './model.ts';

test('learns to recognize digits within 60 steps', async () => {
  setRandomSeed(1);
  const { train, test } = await datasets.mnist();
  const model = createModel();
  await model.fit(train.images, train.labels, { epochs: 1, batchSize: 64, stepsPerEpoch: 60, verbose: 0 });
  const { accuracy } = await model.evaluate(test.images, test.labels, { steps: 20, verbose: 0 });
  assert.ok(accuracy > 0.8, `accuracy ${accuracy}`);
});
