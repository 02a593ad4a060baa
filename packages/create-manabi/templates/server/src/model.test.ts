import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createHandler } from '@manabi/serve';
import { trainModel } from './model.ts';

// The function that answers the requests of the server; it needs no port.
const handler = createHandler(await trainModel(), { name: 'iris' });
after(() => handler.close());

const predict = (request: unknown) => {
  const [method, body] = ['POST', JSON.stringify(request)];
  const headers = { 'content-type': 'application/json' };
  return handler(new Request('http://localhost/v1/models/iris:predict', { method, headers, body }));
};

test('predicts the species of flowers', async () => {
  const response = await predict({
    instances: [
      [5.1, 3.5, 1.4, 0.2],
      [6.5, 3, 5.8, 2.2],
    ],
  });
  const { predictions }: { predictions: number[][] } = await response.json();
  assert.deepEqual(
    predictions.map((each) => each.indexOf(Math.max(...each))),
    [0, 2],
  );
});

test('rejects flowers that lack a length', async () => {
  assert.equal((await predict({ instances: [[5.1, 3.5, 1.4]] })).status, 400);
});
