import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setRandomSeed } from 'manabi';
import { flowers } from './iris.ts';
import { createModel } from './model.ts';

test('learns to tell the three species apart', async () => {
  setRandomSeed(1);
  const model = await createModel();
  await model.fit(flowers.x, flowers.y, { epochs: 20, batchSize: 16, verbose: 0 });
  const { accuracy } = await model.evaluate(flowers.x, flowers.y, { verbose: 0 });
  assert.ok(accuracy > 0.9, `accuracy ${accuracy}`);
});
