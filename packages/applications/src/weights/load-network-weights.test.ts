import '@manabi/backend-cpu/register';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { sha256 } from '@manabi/files';
import { clearSession, type Functional } from '@manabi/layers';
import { readSafetensors, saveModel, saveWeights } from '@manabi/serialization';
import { type MobileNetOptions, mobileNet } from '../index.ts';

const SMALL = { alpha: 0.04, classes: 2, inputShape: [32, 32, 3] } as const satisfies MobileNetOptions;

let folder = '';
let server: Server;
let base = '';
let original: Functional;
const requests: string[] = [];
let isBroken = false;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'manabi-weights-'));
  original = await mobileNet({ ...SMALL, weights: null });
  for (const name of ['a.weights.h5', 'a.safetensors', 'a.npz']) await saveWeights(original, join(folder, name));
  await saveModel(original, join(folder, 'a.keras'));
  await writeTensorFlowJs();
  server = createServer(async (request, response) => {
    const name = basename(request.url ?? '');
    requests.push(name);
    if (isBroken) {
      response.destroy();
      return;
    }
    try {
      response.end(await readFile(join(folder, name)));
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('The server has no port.');
  base = `http://127.0.0.1:${address.port}`;
});
afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true });
});
beforeEach(() => {
  clearSession();
  requests.length = 0;
  isBroken = false;
});

/** Writes the weights as two files of TensorFlow.js, with the same names as its converter. */
async function writeTensorFlowJs(): Promise<void> {
  const { tensors } = await readSafetensors(join(folder, 'a.safetensors'));
  const arrays = original.layers.flatMap((layer) =>
    layer.weights.map((weight) => ({
      name: `${layer.name}/${weight.name}`,
      array: tensors[`${layer.name}/${weight.name}`],
    })),
  );
  const bytes = Buffer.concat(
    arrays.map(({ array }) => new Uint8Array(array.data.buffer, array.data.byteOffset, array.data.byteLength)),
  );
  const weights = arrays.map(({ name, array: { shape } }) => ({ name, shape, dtype: 'float32' }));
  const paths = ['group1-shard1of2', 'group1-shard2of2'];
  await writeFile(join(folder, 'model.json'), JSON.stringify({ weightsManifest: [{ paths, weights }] }));
  await writeFile(join(folder, paths[0]), bytes.subarray(0, 1001));
  await writeFile(join(folder, paths[1]), bytes.subarray(1001));
}

const FILES = ['a.weights.h5', 'a.safetensors', 'a.npz', 'a.keras', 'model.json'];

describe('the option weights', () => {
  test.each(FILES)('loads the path of %s', async (name) => {
    const network = await mobileNet({ ...SMALL, weights: join(folder, name) });
    expect(await network.getWeights()).toEqual(await original.getWeights());
  });

  test.each(FILES)('downloads the URL of %s once', async (name) => {
    const download = {
      cacheDirectory: join(folder, `cache-${name}`),
      sha256: await sha256(new Uint8Array(await readFile(join(folder, name)))),
    };
    const network = await mobileNet({ ...SMALL, weights: `${base}/${name}`, download });
    expect(await network.getWeights()).toEqual(await original.getWeights());
    const first = requests.length;
    const again = await mobileNet({ ...SMALL, weights: new URL(`${base}/${name}`), download });
    expect(await again.getWeights()).toEqual(await original.getWeights());
    // The files that model.json lists have no checksum, so the server is asked for them.
    expect(requests.slice(first)).not.toContain(name);
  });

  test.each(['a.safetensors', 'model.json'])('takes a network without classifier from %s, by name', async (name) => {
    const { classes: _, ...rest } = SMALL;
    const network = await mobileNet({ ...rest, includeTop: false, weights: join(folder, name) });
    expect(await network.getWeights()).toEqual((await original.getWeights()).slice(0, -2));
  });

  test('rejects a file that lacks layers of the network', async () => {
    const wider = { ...SMALL, alpha: 0.1 };
    await expect(mobileNet({ ...wider, weights: join(folder, 'model.json') })).rejects.toMatchObject({
      code: 'corrupt',
    });
  });

  test('rejects a download with another checksum', async () => {
    const download = { cacheDirectory: join(folder, 'cache-checksum'), sha256: '0'.repeat(64) };
    await expect(mobileNet({ ...SMALL, weights: `${base}/a.npz`, download })).rejects.toMatchObject({
      code: 'checksum',
    });
  });

  test('says what to do without a network', async () => {
    isBroken = true;
    const download = { cacheDirectory: join(folder, 'cache-broken'), retries: 0 };
    const weights = `${base}/a.npz`;
    await expect(mobileNet({ ...SMALL, weights, download })).rejects.toMatchObject({
      name: 'FileError',
      data: { url: weights, op: 'mobileNet' },
      message: expect.stringContaining('pass its path as `weights`'),
    });
  });

  test('rejects options of downloads for files that are not downloaded', async () => {
    const options = { weights: join(folder, 'a.npz'), download: { sha256: '0'.repeat(64) } };
    await expect(mobileNet({ ...SMALL, ...options })).rejects.toMatchObject({
      code: 'argument',
      data: { name: 'download.sha256' },
    });
  });
});
