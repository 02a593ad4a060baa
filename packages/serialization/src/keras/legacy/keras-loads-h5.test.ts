import '@manabi/backend-cpu/register';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { ManabiError } from '@manabi/core';
import { clearSession, type Model } from '@manabi/layers';
import { compiledInput, compiledModels } from '../compiled-models.fixture.ts';
import { saveModel } from '../index.ts';
import { type GoldenArray, layerGoldens, modelOf, toHost } from '../layer-goldens.fixture.ts';
import { models } from './keras-2-models.fixture.ts';

/** Returns `MANABI_PYTHON` if it names a Python with Keras 3, torch and tf_keras. */
function pythonWithBothKeras(): string | null {
  const python = process.env.MANABI_PYTHON;
  if (python === undefined) return null;
  const look = "import sys, importlib.util as u; sys.exit(not all(map(u.find_spec, ['keras', 'torch', 'tf_keras'])))";
  return spawnSync(python, ['-c', look], { stdio: 'ignore' }).status === 0 ? python : null;
}

const python = pythonWithBothKeras();
const script = fileURLToPath(new URL('../../../../../tooling/goldens/keras-files/check_h5.py', import.meta.url));

interface Case {
  readonly title: string;
  readonly inputs: readonly GoldenArray[];
  readonly make: () => Model | Promise<Model>;
}

const cases: readonly Case[] = [
  ...layerGoldens.map((golden) => ({
    title: `${golden.className} ${JSON.stringify(golden.options)} ${JSON.stringify(golden.call)}`,
    inputs: golden.inputs,
    make: () => modelOf(golden),
  })),
  ...compiledModels.map(({ title, make }) => ({ title, inputs: [compiledInput], make })),
  ...models,
];

/** Models that the format cannot hold. */
const REFUSED = [
  /^Adaptive/,
  /^GroupQueryAttention/,
  /^RMSNormalization|"rmsScaling":true/,
  /^SpectralNormalization/,
  /hard_sigmoid/,
  /"(useGate|zeroOutputForMask|antialias|padToAspectRatio)":true|"slidingWindow"/,
  /^(AugMix|AutoContrast|CutMix|Equalization|MixUp|Pipeline|RandAugment|Solarization) /,
  /^Random(ColorDegeneration|ColorJitter|ElasticTransform|Erasing|GaussianBlur|Grayscale|Hue|Invert|Perspective) /,
  /^Random(Posterization|Saturation|Sharpness|Shear) /,
  /^(Resizing|CenterCrop|ZeroPadding1D|RandomFlip).*channels_first/,
  /"axis":\[-?\d+,/,
  /Cell /,
  /^loss (CategoricalGeneralizedCrossEntropy|Circle|CTC|Dice|MeanAbsoluteError|Tversky)$/,
  /^metric (ConcordanceCorrelation|PearsonCorrelation)$/,
  /^optimizer (Lamb|LossScaleOptimizer)$/,
  /^averages and accumulation$/,
];

/** Files that a version of Keras cannot load or that it computes differently, although the format is correct. */
const KNOWN: readonly (readonly [title: RegExp, result: RegExp])[] = [
  // Keras 3 does not read calls with named tensors, initial states, or another axis than an integer, in this format.
  [/^keras: MultiHeadAttention/, /Error when deserializing|missing 1 required/],
  [/^keras: (LSTM|GRU|SimpleRNN|Bidirectional)/, /expects 1 input\(s\), but it received/],
  [/^keras: Normalization {"axis":null}/, /Shape mismatch/],
  // TensorFlow's kernel for CPUs fails.
  [/^tf_keras: Conv1DTranspose .*"outputPadding":0/, /AbortedError/],
  // Keras 2 rejects inputs of this rank, and does not round resized integers.
  [/^tf_keras: CategoryEncoding .*"one_hot"/, /maximum supported output rank is 2/],
  [/^tf_keras: Resizing {"height":3,"width":3}/, /^0\.00416/],
];

interface Result {
  readonly difference?: number;
  readonly error?: string;
  readonly optimizer?: number | string | null;
}

(python === null ? test.skip : test)(
  'tf_keras and Keras 3 load .h5 files and predict the same (requires MANABI_PYTHON with keras, torch and tf_keras)',
  async () => {
    if (python === null) return;
    const folder = mkdtempSync(join(tmpdir(), 'manabi-h5-'));
    try {
      const entries: { readonly title: string }[] = [];
      const refused: string[] = [];
      for (const [i, { title, make, inputs: given }] of cases.entries()) {
        clearSession();
        const network = await make();
        const file = join(folder, `${i}.h5`);
        try {
          await saveModel(network, file);
        } catch (error) {
          if (!(error instanceof ManabiError)) throw error;
          if (REFUSED.every((pattern) => !pattern.test(title))) refused.push(`${title}: ${error.message}`);
          continue;
        }
        const inputs = given.map(toHost);
        const outputs = await network.predictAll(inputs.length === 1 ? inputs[0] : inputs);
        const arrays = outputs.map(async (y) => ({ dtype: y.dtype, shape: y.shape, data: [...(await y.data())] }));
        const entry = { title, file, inputs: given, outputs: await Promise.all(arrays) };
        entries.push(entry);
      }
      const manifest = join(folder, 'manifest.json');
      writeFileSync(manifest, JSON.stringify(entries));
      const printed = execFileSync(python, [script, manifest], {
        env: { ...process.env, KERAS_BACKEND: 'torch', OMP_NUM_THREADS: '1', KERAS_HOME: folder },
        encoding: 'utf8',
        maxBuffer: 2 ** 26,
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      const results: readonly { readonly tf_keras: Result; readonly keras: Result }[] = JSON.parse(
        printed.trim().split('\n').at(-1) ?? '[]',
      );
      expect(results).toHaveLength(entries.length);
      const wrong = results.flatMap((result, i) => {
        const { title } = entries[i];
        return Object.entries(result).flatMap(([version, { difference, error, optimizer }]) => {
          const isKnown = KNOWN.some(
            ([of, result]) => of.test(`${version}: ${title}`) && result.test(error ?? String(difference)),
          );
          const isGood = isKnown || (difference !== undefined && difference <= 1e-5 && !optimizer);
          return isGood
            ? []
            : [`${version}: ${title}: ${error ?? difference}${optimizer ? `, optimizer ${optimizer}` : ''}`];
        });
      });
      expect(refused).toEqual([]);
      expect(wrong).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
  600_000,
);
