import '@manabi/backend-cpu/register';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { joinedBytes, openZip } from '@manabi/files/internal';
import { clearSession } from '@manabi/layers';
import { type FuzzReport, fuzz, fuzzCount } from '../fuzz.fixture.ts';
import { groupAt, newGroup } from '../hdf5/tree.ts';
import { writeHdf5 } from '../hdf5/write.ts';
import { openSource } from '../stores/index.ts';
import { archiveNames } from './archive-names.ts';
import { golden, withConfig, withFiles, zipped } from './golden-files.fixture.ts';
import { inspectModelFile, loadModel } from './index.ts';

beforeEach(clearSession);

const textBytes = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

describe('loadModel: unknown classes and options', () => {
  test('rejects an unknown layer, with the nearest names', async () => {
    const bytes = await withConfig(golden('nested.keras'), (text) =>
      text.replace('"BatchNormalization"', '"BatchNormalisation"'),
    );
    await expect(loadModel(bytes)).rejects.toMatchObject({
      code: 'unsupported',
      data: { className: 'BatchNormalisation', nearest: expect.arrayContaining(['BatchNormalization']) },
    });
  });

  test('rejects an unknown option, with its name', async () => {
    const bytes = await withConfig(golden('nested.keras'), (text) => text.replace('"momentum"', '"momentun"'));
    await expect(loadModel(bytes)).rejects.toMatchObject({ code: 'unsupported', data: { name: 'momentun' } });
  });

  test('rejects options and classes named like properties of Object.prototype', async () => {
    for (const option of ['constructor', '__proto__']) {
      const bytes = await withConfig(golden('nested.keras'), (text) =>
        text.replace('"units"', `"${option}": {}, "units"`),
      );
      await expect(loadModel(bytes)).rejects.toMatchObject({ code: 'unsupported', data: { name: option } });
    }
    const bytes = await withFiles(golden('nested.keras'), (files) => {
      const text = new TextDecoder().decode(files.get(archiveNames.config));
      const other = text.replace('"class_name": "Dense"', '"class_name": "constructor", "registered_name": "Dense"');
      files.set(archiveNames.config, new TextEncoder().encode(other));
      files.set(archiveNames.metadata, textBytes({ keras_version: '2.0.0' }));
    });
    await expect(loadModel(bytes)).rejects.toMatchObject({ name: 'FileError' });
  });

  test('rejects an unknown activation, initializer and dtype', async () => {
    for (const [from, to, data] of [
      ['"activation": "tanh"', '"activation": "tahn"', { given: 'tahn' }],
      ['"GlorotUniform"', '"GlorotUnifrom"', { given: 'GlorotUnifrom' }],
      ['"float32"', '"string"', { dtype: 'string' }],
    ] as const) {
      const bytes = await withConfig(golden('nested.keras'), (text) => text.replace(from, to));
      await expect(loadModel(bytes)).rejects.toMatchObject({ code: 'unsupported', data });
    }
  });

  test('rejects an unknown optimizer, unless compile is false', async () => {
    const bytes = await withConfig(golden('trained-adam.keras'), (text) =>
      text.replace('"class_name": "Adam"', '"class_name": "Adan"'),
    );
    await expect(loadModel(bytes)).rejects.toMatchObject({
      code: 'unsupported',
      data: { name: 'Adan', nearest: expect.arrayContaining(['adam']) },
    });
    expect((await loadModel(bytes, { compile: false })).compiled).toBe(false);
  });

  test('rejects an unknown operator', async () => {
    const bytes = await withConfig(golden('operators.keras'), (text) =>
      text.replace('"class_name": "Relu"', '"class_name": "Bessel"'),
    );
    await expect(loadModel(bytes)).rejects.toMatchObject({
      code: 'unsupported',
      data: { className: 'Bessel', layer: 'relu' },
    });
  });

  test('rejects a list of masks for one tensor', async () => {
    const listed = (key: string, value: unknown): unknown => {
      // Masks that layers compute by themselves are not read.
      if (key === 'mask_zero') return false;
      return key === 'mask' && typeof value === 'object' && value !== null ? [value] : value;
    };
    const bytes = await withConfig(golden('masks.keras'), (text) => JSON.stringify(JSON.parse(text, listed)));
    await expect(loadModel(bytes)).rejects.toMatchObject({ code: 'unsupported', data: { argument: 'mask' } });
  });

  test('rejects invalid configs', async () => {
    for (const config of [
      {},
      { class_name: 'Sequential' },
      { class_name: 'Functional', config: { layers: [1] } },
      [],
    ]) {
      const bytes = await withFiles(golden('nested.keras'), (files) => {
        files.set(archiveNames.config, textBytes(config));
      });
      await expect(loadModel(bytes)).rejects.toMatchObject({ name: 'FileError' });
    }
  });
});

describe('loadModel: weights that do not fit', () => {
  const replaced = (change: (values: Map<string, readonly number[]>) => void): Promise<Uint8Array<ArrayBuffer>> =>
    withFiles(golden('trained-sgd.keras'), async (files) => {
      const shapes = new Map<string, readonly number[]>([
        ['layers/dense/vars/0', [4, 3]],
        ['layers/dense/vars/1', [3]],
        ['layers/dense_1/vars/0', [3, 2]],
        ['layers/dense_1/vars/1', [2]],
      ]);
      change(shapes);
      const root = newGroup();
      for (const [path, shape] of shapes) {
        const parts = path.split('/');
        const size = shape.reduce((product, length) => product * length, 1);
        const value = { dtype: 'float32', shape, data: new Float32Array(size) } as const;
        const dataset = { kind: 'dataset', value, attributes: new Map<string, string>() } as const;
        groupAt(root, parts.slice(0, -1)).children.set(String(parts.at(-1)), dataset);
      }
      files.set(archiveNames.weights, joinedBytes(writeHdf5(root)));
    });

  test('rejects missing weights', async () => {
    const bytes = await replaced((shapes) => shapes.delete('layers/dense_1/vars/1'));
    await expect(loadModel(bytes)).rejects.toMatchObject({
      code: 'corrupt',
      data: { layer: 'dense_1', weights: ['kernel', 'bias'], expected: [[3, 2], [2]], got: [[3, 2]] },
    });
  });

  test('rejects additional weights', async () => {
    const bytes = await replaced((shapes) => shapes.set('layers/dense/vars/2', [7]));
    await expect(loadModel(bytes)).rejects.toMatchObject({
      code: 'corrupt',
      data: { layer: 'dense', got: [[4, 3], [3], [7]] },
    });
  });

  test('rejects weights of a layer that the model lacks', async () => {
    const bytes = await replaced((shapes) => shapes.set('layers/dense_2/vars/0', [1]));
    await expect(loadModel(bytes)).rejects.toMatchObject({ code: 'corrupt', data: { place: 'layers/dense_2' } });
  });

  test('rejects weights of a layer that is not built', async () => {
    const bytes = await withConfig(golden('trained-sgd.keras'), (text) =>
      text
        .replace(/\{"module": "keras.layers", "class_name": "InputLayer".*?"registered_name": null\}, /, '')
        .replace(
          /"build_(input_shape|config)": (\[null, \d+\]|\{"input_shape": \[null, \d+\]\})/g,
          '"build_config": null',
        ),
    );
    await expect(loadModel(bytes)).rejects.toMatchObject({ code: 'corrupt', data: { layer: 'dense', weights: [] } });
  });

  test('rejects weights of another shape', async () => {
    const bytes = await replaced((shapes) => shapes.set('layers/dense/vars/0', [3, 4]));
    await expect(loadModel(bytes)).rejects.toMatchObject({
      code: 'corrupt',
      data: { layer: 'dense', weight: 'kernel', expected: [4, 3], got: [3, 4] },
    });
  });
});

describe('loadModel: invalid files', () => {
  test('rejects empty files, text, and archives without a model', async () => {
    await expect(loadModel(new Uint8Array(0))).rejects.toMatchObject({ code: 'corrupt' });
    await expect(loadModel(new TextEncoder().encode('no model'))).rejects.toMatchObject({ code: 'corrupt' });
    const other = await zipped([{ name: 'a.txt', data: textBytes('a') }]);
    await expect(loadModel(other)).rejects.toMatchObject({ code: 'unsupported', data: { kind: 'zip' } });
  });

  test('rejects a config with too many levels of nesting', async () => {
    for (const [open, close] of [
      ['{"class_name":"Sequential","config":{"layers":[', ']}}'],
      ['[', ']'],
      ['{"a":', '}'],
    ]) {
      const bytes = await withFiles(golden('trained-sgd.keras'), (files) => {
        const text = `{"class_name":"Sequential","config":{"layers":[${open.repeat(20_000)}1${close.repeat(20_000)}]}}`;
        files.set(archiveNames.config, new TextEncoder().encode(text));
      });
      await expect(loadModel(bytes)).rejects.toMatchObject({ code: 'tooLarge' });
      await expect(inspectModelFile(bytes)).rejects.toMatchObject({ code: 'tooLarge' });
    }
  });

  const withText = (text: string) =>
    withFiles(golden('trained-sgd.keras'), (files) => {
      files.set(archiveNames.config, new TextEncoder().encode(text));
    });

  test('rejects a config beyond the limits for bytes, values, entries and strings', async () => {
    for (const text of [
      ' '.repeat(2 ** 25 + 1),
      `{"a":[${'1,'.repeat(2 ** 21 + 1)}1]}`,
      `{${Array.from({ length: 10_002 }, (_, i) => `"${i}":1`).join()}}`,
      `{"a":"${'x'.repeat(2 ** 20 + 1)}"}`,
    ]) {
      const bytes = await withText(text);
      const refused = { code: 'tooLarge', data: { where: archiveNames.config } };
      await expect(loadModel(bytes)).rejects.toMatchObject(refused);
      await expect(inspectModelFile(bytes)).rejects.toMatchObject(refused);
    }
  });

  test('rejects names and shapes of any length with a short message', async () => {
    const name = 'a_'.repeat(2 ** 18);
    for (const [from, to] of [
      ['"class_name": "Dense"', `"class_name": "${name}"`],
      ['"units"', `"${name}"`],
      ['"activation": "', `"activation": "${name}`],
      ['"batch_shape": [', `"batch_shape": [${'1,'.repeat(2 ** 18)}`],
    ] as const) {
      const bytes = await withConfig(golden('trained-sgd.keras'), (text) => text.replace(from, to));
      const error: unknown = await loadModel(bytes).catch((error: unknown) => error);
      expect(error).toMatchObject({ name: 'FileError' });
      expect(String(error).length).toBeLessThan(10_020);
    }
  });

  test('reads a config with the maximum number of levels of nesting', async () => {
    const nest = (levels: number): string =>
      levels === 0
        ? '{"class_name":"Dense","config":{"units":1}}'
        : `{"class_name":"Sequential","config":{"name":"m${levels}","layers":[${nest(levels - 1)}]}}`;
    const bytes = await withFiles(golden('trained-sgd.keras'), (files) => {
      files.set(archiveNames.config, new TextEncoder().encode(nest(80)));
    });
    await expect(loadModel(bytes)).rejects.toMatchObject({ code: 'corrupt', data: { place: 'layers/dense' } });
  });

  test('rejects an absurdly large model before allocating memory', async () => {
    const bytes = await withConfig(golden('trained-sgd.keras'), (text) =>
      text.replace('"units": 3', '"units": 3000000000'),
    );
    await expect(loadModel(bytes)).rejects.toMatchObject({ code: 'unsupported', data: { layer: 'dense' } });
    const fitting = await withConfig(golden('trained-sgd.keras'), (text) =>
      text.replace('"units": 3', '"units": 300000000'),
    );
    await expect(loadModel(fitting)).rejects.toMatchObject({ code: 'corrupt', data: { layer: 'dense' } });
  });
});

/** Inspects and loads a model file. */
async function read(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  clearSession();
  await inspectModelFile(bytes);
  await loadModel(bytes);
}

const count = (report: FuzzReport): number =>
  report.read + Object.values(report.refused).reduce((sum, n) => sum + n, 0);

describe('loadModel: corrupted files', () => {
  test(`loads or rejects ${fuzzCount} corrupted archives`, async () => {
    const report = await fuzz([golden('trained-sgd.keras'), golden('compiled.keras')], read);
    expect(count(report)).toBe(fuzzCount);
    expect(report.bytes).toBeLessThan(2 ** 28);
  }, 600_000);

  test(`loads or rejects ${fuzzCount} corrupted configs and weights in intact archives`, async () => {
    const files = await Promise.all(
      [archiveNames.config, archiveNames.weights].map((name) => partOf('trained-sgd.keras', name)),
    );
    let index = 0;
    const report = await fuzz(files, async (part) => {
      const name = index++ % 2 === 0 ? archiveNames.config : archiveNames.weights;
      await read(await withFiles(golden('trained-sgd.keras'), (all) => void all.set(name, part)));
    });
    expect(count(report)).toBe(fuzzCount);
    expect(report.bytes).toBeLessThan(2 ** 28);
  }, 600_000);
});

async function partOf(file: string, name: string): Promise<Uint8Array<ArrayBuffer>> {
  const zip = await openZip(await openSource(golden(file)));
  const entry = zip.entries.get(name);
  if (entry === undefined) throw new Error(`${file} lacks ${name}.`);
  return zip.read(entry);
}
