import '@manabi/backend-cpu/register';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { openZip } from '@manabi/files/internal';
import { clearSession, type Model } from '@manabi/layers';
import { loadModel, loadWeights } from '../../index.ts';
import { openSource } from '../../stores/index.ts';

// Written by tooling/goldens/keras-files/shards.py.
const folder = fileURLToPath(new URL('../goldens/shards/', import.meta.url));
const list = join(folder, 'model.weights.json');

async function whole(): Promise<Model> {
  clearSession();
  return loadModel(join(folder, 'model.keras'));
}

const weightsOf = async (model: Model): Promise<string> =>
  JSON.stringify((await model.getWeights()).map(({ shape, data }) => [shape, [...data]]));

async function zeroed(): Promise<Model> {
  const model = await whole();
  model.setWeights((await model.getWeights()).map((array) => ({ ...array, data: array.data.map(() => 0) })));
  return model;
}

describe('loadWeights: weights of Keras in several files', () => {
  test('reads the files that the list names', async () => {
    const model = await zeroed();
    await loadWeights(model, list);
    expect(await weightsOf(model)).toBe(await weightsOf(await whole()));
  });

  test('reads files that `openShard` returns', async () => {
    const model = await zeroed();
    const opened: string[] = [];
    await loadWeights(model, new Uint8Array(readFileSync(list)), {
      openShard: (name) => {
        opened.push(name);
        return join(folder, name);
      },
    });
    expect(opened.length).toBeGreaterThan(2);
    expect(await weightsOf(model)).toBe(await weightsOf(await whole()));
  });

  test.each(['../secret.h5', '/etc/secret.h5', 'C:secret.h5', 'a.safetensors', 1])(
    'rejects the name %j in a list',
    async (name) => {
      const text = JSON.stringify({ metadata: {}, weight_map: { '/layers/dense/vars': name } });
      await expect(loadWeights(await whole(), new TextEncoder().encode(text))).rejects.toMatchObject({
        code: 'corrupt',
        data: { name },
      });
    },
  );

  test('rejects a list of which a file is missing', async () => {
    const text = JSON.stringify({ metadata: {}, weight_map: { '/layers/dense/vars': 'none.weights.h5' } });
    const openShard = (name: string): string => join(folder, name);
    await expect(loadWeights(await whole(), new TextEncoder().encode(text), { openShard })).rejects.toMatchObject({
      code: 'notFound',
    });
  });
});

test('loadModel reads a folder with the content of a .keras file', async () => {
  const zip = await openZip(await openSource(join(folder, 'model.keras')));
  const unpacked = mkdtempSync(join(tmpdir(), 'manabi-unpacked-'));
  try {
    for (const [name, entry] of zip.entries) writeFileSync(join(unpacked, name), await zip.read(entry));
    const expected = await weightsOf(await whole());
    clearSession();
    expect(await weightsOf(await loadModel(unpacked))).toBe(expected);
    writeFileSync(join(unpacked, 'model.weights.h5'), 'no weights');
    await expect(loadModel(unpacked)).rejects.toMatchObject({ code: 'corrupt' });
  } finally {
    rmSync(unpacked, { recursive: true, force: true });
  }
});
