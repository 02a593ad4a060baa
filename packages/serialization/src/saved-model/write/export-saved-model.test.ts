import '@manabi/backend-cpu/register';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import { exportable, hostArray, ManabiError, mul } from '@manabi/core';
import { clearSession, input, layers, model, sequential, setRandomSeed } from '@manabi/layers';
import { exportSavedModel, loadModel, openSavedModel } from '../../index.ts';
import { layerGoldens, modelOf, toHost } from '../../keras/layer-goldens.fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'manabi-saved-model-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(() => {
  clearSession();
  setRandomSeed(1);
});

/** Exports one model per golden of a layer, and returns what was compared with manabi's own outputs. */
async function exported(goldens: typeof layerGoldens) {
  const entries: { title: string; folder: string; inputs: object; outputs: object }[] = [];
  const refused: string[] = [];
  const wrong: string[] = [];
  for (const [i, golden] of goldens.entries()) {
    clearSession();
    const title = `${golden.className} ${JSON.stringify(golden.options)}`;
    const network = await modelOf(golden);
    const path = join(folder, String(i));
    try {
      await exportSavedModel(network, path);
    } catch (error) {
      if (!(error instanceof ManabiError)) throw error;
      refused.push(`${golden.className}: ${error.message}`);
      continue;
    }
    const arrays = golden.inputs.map(toHost);
    const expected = await network.predictAll(arrays.length === 1 ? arrays[0] : arrays);
    const inputs = Object.fromEntries(network.inputNames.map((name, k) => [name, arrays[k]]));
    const outputs = Object.fromEntries(
      await Promise.all(
        network.outputNames.map(
          async (name, k) =>
            [
              name,
              { dtype: expected[k].dtype, shape: expected[k].shape, data: [...(await expected[k].data())] },
            ] as const,
        ),
      ),
    );
    entries.push({
      title,
      folder: path,
      inputs: Object.fromEntries(network.inputNames.map((name, k) => [name, golden.inputs[k]])),
      outputs,
    });
    try {
      const found = await (await openSavedModel(path)).run(inputs);
      for (const [name, { data }] of Object.entries(outputs)) {
        const actual = await found[name].data();
        const most = data.reduce(
          (max, value, k) =>
            Math.max(max, Math.abs(Number(value) - Number(actual[k])) / Math.max(1, Math.abs(Number(value)))),
          0,
        );
        if (!(most < 1e-5)) wrong.push(`${title}: ${most}`);
      }
    } catch (error) {
      wrong.push(`${title}: ${String(error).slice(0, 300)}`);
    }
  }
  return { entries, refused, wrong };
}

const python = process.env.MANABI_PYTHON;
const hasTensorFlow =
  python !== undefined &&
  spawnSync(python, ['-c', "import sys, importlib.util as u; sys.exit(u.find_spec('tensorflow') is None)"]).status ===
    0;

(hasTensorFlow ? test : test.skip)(
  'TensorFlow loads exported models and computes the same (requires MANABI_PYTHON with tensorflow)',
  async () => {
    const { entries } = await exported(layerGoldens);
    const manifest = join(folder, 'manifest.json');
    writeFileSync(manifest, JSON.stringify(entries));
    const script = fileURLToPath(new URL('../../../../../tooling/goldens/saved-models/check.py', import.meta.url));
    const printed = execFileSync(python ?? '', [script, manifest], {
      encoding: 'utf8',
      maxBuffer: 2 ** 26,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const results: readonly { readonly difference?: number; readonly error?: string }[] = JSON.parse(
      printed.trim().split('\n').at(-1) ?? '[]',
    );
    expect(results).toHaveLength(entries.length);
    const wrong = results.flatMap(({ difference, error }, i) =>
      difference !== undefined && difference <= 1e-5 ? [] : [`${entries[i].title}: ${error ?? difference}`],
    );
    expect(wrong).toEqual([]);
  },
  600_000,
);

describe('exportSavedModel', () => {
  test('exports each class of layer, and openSavedModel computes the same', async () => {
    const seen = new Set<string>();
    const first = layerGoldens.filter(({ className }) => !seen.has(className) && seen.add(className));
    // Every third class by default; all of them in the nightly runs of `fuzz`.
    const chosen = process.env.MANABI_FUZZ === undefined ? first.filter((_, i) => i % 3 === 0) : first;
    const { entries, refused, wrong } = await exported(chosen);
    expect(refused).toEqual([]);
    expect(wrong).toEqual([]);
    expect(entries).toHaveLength(chosen.length);
  }, 60_000);

  test('accepts any batch size, and keeps the names of inputs and outputs', async () => {
    const [a, b] = [input({ shape: [3], name: 'left' }), input({ shape: [3], name: 'right' })];
    const joined = layers.concatenate().apply([a, b]);
    const network = model({ inputs: [a, b], outputs: layers.dense({ units: 2, name: 'scores' }).apply(joined) });
    const saved = await openSavedModel({ 'saved_model.pb': await exportSavedModel(network) });
    expect(saved.signatures.serving_default).toEqual({
      inputs: { left: { dtype: 'float32', shape: [null, 3] }, right: { dtype: 'float32', shape: [null, 3] } },
      outputs: { scores: { dtype: 'float32', shape: [null, 2] } },
    });
    for (const rows of [1, 4]) {
      const x = hostArray(
        'float32',
        [rows, 3],
        Float32Array.from({ length: 3 * rows }, (_, i) => i / 4),
      );
      const { scores } = await saved.run({ left: x, right: x });
      expect(await scores.array()).toEqual(await (await network.predict([x, x])).array());
    }
  });

  test('rejects computations that depend on the batch size in another way', async () => {
    const f = exportable(
      (_parameters: object, x) => mul(x, 1 / x.shape[0]),
      {},
      { x: { dtype: 'float32', shape: [null, 2] } },
    );
    await expect(exportSavedModel(f)).rejects.toMatchObject({ code: 'graph' });
  });

  test('rejects other open lengths than the batch size', async () => {
    const network = sequential([layers.dense({ units: 1, inputShape: [null, 3] })]);
    await expect(exportSavedModel(network)).rejects.toMatchObject({
      code: 'argument',
      data: { openLengths: ['length'] },
    });
  });

  test('rejects a folder that contains other files, whose content would be read with the model', async () => {
    const path = join(folder, 'other');
    mkdirSync(path);
    const network = sequential([layers.dense({ units: 1, inputShape: [3] })]);
    await exportSavedModel(network, path);
    await exportSavedModel(network, pathToFileURL(path));
    expect(readdirSync(path)).toEqual(['saved_model.pb']);
    writeFileSync(join(path, 'keras_metadata.pb'), '');
    await expect(exportSavedModel(network, path)).rejects.toMatchObject({
      code: 'argument',
      data: { files: ['keras_metadata.pb'] },
    });
  });

  test('writes a graph without layers, which loadModel rejects with advice', async () => {
    const path = join(folder, 'alone');
    await exportSavedModel(sequential([layers.dense({ units: 1, inputShape: [3] })]), path);
    await expect(loadModel(path)).rejects.toMatchObject({ code: 'unsupported', data: { kind: 'savedModel' } });
  });
});
