import '@manabi/backend-cpu/register';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { clearSession, type Layer, type Model, quantize } from '@manabi/layers';
import { compiledInput, compiledModels } from './compiled-models.fixture.ts';
import { registerAll } from './custom-classes.fixture.ts';
import { golden } from './golden-files.fixture.ts';
import { loadModel, saveModel } from './index.ts';
import { type GoldenArray, layerGoldens, modelOf, toHost } from './layer-goldens.fixture.ts';

/**
 * Returns `MANABI_PYTHON` if it names a Python with Keras 3 and torch. (Other tests that use the variable require only ONNX.)
 */
function pythonWithKeras(): string | null {
  const python = process.env.MANABI_PYTHON;
  if (python === undefined) return null;
  const look = "import sys, importlib.util as u; sys.exit(not all(map(u.find_spec, ['keras', 'torch'])))";
  return spawnSync(python, ['-c', look], { stdio: 'ignore' }).status === 0 ? python : null;
}

const python = pythonWithKeras();
const script = fileURLToPath(new URL('../../../../tooling/goldens/keras-files/check.py', import.meta.url));

interface Case {
  readonly title: string;
  readonly inputs: readonly GoldenArray[];
  readonly make: () => Model | Promise<Model>;
}

const folderOfFiles = new URL('./goldens/', import.meta.url);
const structures: readonly { readonly file: string; readonly inputs: readonly GoldenArray[] }[] = readFileSync(
  new URL('structures.jsonl', folderOfFiles),
  'utf8',
)
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));

/** Files with custom Python classes, lists and records. */
const customCases: readonly Case[] = [
  { file: 'kept-records.keras', inputs: [rows(2), rows(3)] },
  { file: 'kept-list-of-one.keras', inputs: [rows(2)] },
  { file: 'kept-packages.keras', inputs: [rows(2)] },
].map(({ file, inputs }) => ({
  title: file,
  inputs,
  make: () => {
    registerAll((bare) => bare);
    return loadModel(golden(file));
  },
}));

/** Models that manabi quantizes, whose files have the layout of Keras. */
const quantizedCases: readonly Case[] = readFileSync(
  new URL('quantized/goldens/quantized.jsonl', import.meta.url),
  'utf8',
)
  .trim()
  .split('\n')
  .map((line): { readonly name: string; readonly x: GoldenArray } => JSON.parse(line))
  .map(({ name, x }) => ({
    title: `quantized ${name}`,
    inputs: [x],
    make: async () => {
      const file = new URL(`quantized/goldens/${name}-float.keras`, import.meta.url);
      return (await quantize(await loadModel(readFileSync(file)), { filter: isNotWithinAttention })).model;
    },
  }));

/** Keras computes with the floats of layers within attention, and other layers quantize their inputs. */
function isNotWithinAttention({ name }: Layer): boolean {
  return !/^(query|key|value|attention_output)$/.test(name);
}

function rows(length: number): GoldenArray {
  return { dtype: 'float32', shape: [2, length], data: Array.from({ length: 2 * length }, (_, i) => i / 4 - 0.5) };
}

const cases: readonly Case[] = [
  ...layerGoldens.map((golden) => ({
    title: `${golden.className} ${JSON.stringify(golden.options)} ${JSON.stringify(golden.call)}`,
    inputs: golden.inputs,
    make: () => modelOf(golden),
  })),
  ...compiledModels.map(({ title, make }) => ({ title, inputs: [compiledInput], make })),
  ...customCases,
  ...quantizedCases,
  ...structures.map(({ file, inputs }) => ({
    title: file,
    inputs,
    make: () => loadModel(golden(file)),
  })),
];

/**
 * Files that Keras rejects because of its bugs; it also rejects the same models when built in Python. It gives the operator
 * that joins the masks of a layer the name of the layer, and Equalization returns its symbolic input as its output.
 */
const REFUSED: Readonly<Record<string, string>> = {
  'Equalization {"bins":16,"valueRange":[0,1]} {}': 'is part of a cycle',
  'masks-joined.keras': 'The name "concatenate" is used 2 times in the model.',
};

interface Result {
  readonly difference?: number;
  readonly error?: string;
}

(python === null ? test.skip : test)(
  'Keras loads files of every layer and predicts the same (requires MANABI_PYTHON with keras and torch)',
  async () => {
    if (python === null) return;
    const folder = mkdtempSync(join(tmpdir(), 'manabi-keras-'));
    try {
      const entries: object[] = [];
      for (const [i, { make, inputs: given }] of cases.entries()) {
        clearSession();
        const network = await make();
        const file = join(folder, `${i}.keras`);
        await saveModel(network, file);
        const inputs = given.map(toHost);
        const outputs = await network.predictAll(inputs.length === 1 ? inputs[0] : inputs);
        entries.push({
          file,
          inputs: given,
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
      expect(results).toHaveLength(cases.length);
      const wrong = results.flatMap(({ difference, error }, i) => {
        const { title } = cases[i];
        const isGood =
          title in REFUSED ? error?.includes(REFUSED[title]) : difference !== undefined && difference <= 1e-5;
        return isGood ? [] : [`${title}: ${error ?? difference}`];
      });
      expect(wrong).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
  600_000,
);
