import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { trainModel } from './model.ts';
import { createModelServer } from './server.ts';

const server = createModelServer(await trainModel());
let address = '';
before(async () => {
  await new Promise<void>((listening) => server.listen(0, listening));
  const { port } = server.address() as AddressInfo; // not a string, because the server listens on a port
  address = `http://localhost:${port}`;
});
after(() => server.close());

const predict = (body: string) => fetch(`${address}/predict`, { method: 'POST', body });

test('predicts the species of flowers', async () => {
  const response = await predict('[[5.1, 3.5, 1.4, 0.2], [6.5, 3, 5.8, 2.2]]');
  const flowers: { species: string }[] = await response.json();
  assert.deepEqual(
    flowers.map(({ species }) => species),
    ['setosa', 'virginica'],
  );
});

test('predicts the same for a flower alone and among many', async () => {
  const flower = [5.9, 3, 4.2, 1.5];
  const [alone] = await (await predict(JSON.stringify([flower]))).json();
  const many = await (await predict(JSON.stringify(Array(100).fill(flower)))).json();
  assert.deepEqual(many, Array(100).fill(alone));
});

for (const body of ['', '[]', '[[5.1, 3.5]]', '[["a", 1, 2, 3]]', JSON.stringify(Array(2000).fill([1, 2, 3, 4]))]) {
  test(`rejects the request ${body.slice(0, 20)}`, async () => {
    assert.equal((await predict(body)).status, 400);
  });
}
