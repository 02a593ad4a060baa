import '@manabi/backend-cpu/register';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { clearSession } from '@manabi/layers';
import { saveModel } from './index.ts';
import { layerGoldens, modelOf, toHost } from './layer-goldens.fixture.ts';

// A Python with Keras 3 and torch: MANABI_PYTHON=/path/to/python.
const python = process.env.MANABI_PYTHON;
const script = fileURLToPath(new URL('../../../../tooling/goldens/keras-files/check.py', import.meta.url));

interface Result {
  readonly difference?: number;
  readonly error?: string;
}

(python === undefined ? test.skip : test)(
  'Keras loads every layer, and predicts the same',
  async () => {
    if (python === undefined) return;
    const folder = mkdtempSync(join(tmpdir(), 'manabi-keras-'));
    try {
      const entries: object[] = [];
      for (const [i, golden] of layerGoldens.entries()) {
        clearSession();
        const network = modelOf(golden);
        const file = join(folder, `${i}.keras`);
        await saveModel(network, file);
        const inputs = golden.inputs.map(toHost);
        const outputs = await network.predictAll(inputs.length === 1 ? inputs[0] : inputs);
        entries.push({
          file,
          inputs: golden.inputs,
          outputs: await Promise.all(
            outputs.map(async (y) => ({ dtype: y.dtype, shape: y.shape, data: [...(await y.data())] })),
          ),
        });
      }
      const manifest = join(folder, 'manifest.json');
      writeFileSync(manifest, JSON.stringify(entries));
      const printed = execFileSync(python, [script, manifest], {
        env: { ...process.env, KERAS_BACKEND: 'torch', OMP_NUM_THREADS: '1', KERAS_HOME: folder },
        encoding: 'utf8',
        maxBuffer: 2 ** 26,
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      const results: readonly Result[] = JSON.parse(printed.trim().split('\n').at(-1) ?? '[]');
      expect(results).toHaveLength(layerGoldens.length);
      const wrong = results.flatMap(({ difference, error }, i) => {
        if (error === undefined && difference !== undefined && difference <= 1e-5) return [];
        const { className, options, call } = layerGoldens[i];
        return [{ i, className, options, call, difference, error }];
      });
      expect(wrong).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
  600_000,
);
