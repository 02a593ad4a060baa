import '@manabi/backend-cpu/register';
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { ManabiError } from '@manabi/core';
import { FileError } from '@manabi/files';
import { joinedBytes, openZip, zipPieces } from '@manabi/files/internal';
import { clearSession } from '@manabi/layers';
import { describeWithShared, filesInTar } from '@manabi/testing';
import { fuzzCount } from '../fuzz.fixture.ts';
import type { Hdf5Group } from '../hdf5/open.ts';
import { openHdf5 } from '../hdf5/open.ts';
import { accessBytes, memoryStore } from '../stores/index.ts';
import { archiveNames } from './archive-names.ts';
import { inspectModelFile, loadModel } from './index.ts';
import { isObject, type Json } from './json.ts';
import { loadLegacyModel } from './legacy/load-h5.ts';
import { mutatedConfig } from './mutated-config.fixture.ts';

/** Number of mutated configs per format. A config takes far longer than a corrupted file. */
const count = process.env.MANABI_FUZZ === undefined ? fuzzCount / 5 : fuzzCount;

/** Outcomes of loading files with mutated configs. */
interface Report {
  loaded: number;
  refused: number;
  /** Number of errors that state the position in the config. */
  located: number;
}

/** Loads a file. A FileError or ManabiError that names the file is counted; any other error fails the test. */
async function attempt(number: number, source: string, load: () => Promise<unknown>, report: Report): Promise<void> {
  clearSession();
  try {
    await load();
    report.loaded++;
  } catch (error) {
    const isExpected = error instanceof FileError || error instanceof ManabiError;
    if (!isExpected || !error.message.includes(source)) {
      throw new Error(`Mutated config ${number} of ${source} caused ${String(error)}`, { cause: error });
    }
    expect(error.message.length).toBeLessThan(10_100);
    report.refused++;
    if ('path' in error.data) report.located++;
  }
}

function checkReport({ loaded, refused, located }: Report): void {
  expect(loaded + refused).toBe(count);
  expect(loaded).toBeGreaterThan(count / 10);
  expect(located).toBeGreaterThan(count / 10);
}

const text = (value: Json): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

test(`loadModel loads ${count} mutated configs of Keras 3, or rejects them with the name of the file`, async () => {
  const folder = new URL('./goldens/', import.meta.url);
  const archives: { name: string; files: Map<string, Uint8Array>; config: Json }[] = [];
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.keras'))) {
    const zip = await openZip(accessBytes(Uint8Array.from(readFileSync(new URL(name, folder))), name));
    const files = new Map<string, Uint8Array>();
    for (const [each, entry] of zip.entries) files.set(each, await zip.read(entry));
    const config: Json = JSON.parse(new TextDecoder().decode(files.get(archiveNames.config)));
    archives.push({ name, files, config });
  }
  const report: Report = { loaded: 0, refused: 0, located: 0 };
  for (let number = 0; number < count; number++) {
    const { name, files, config } = archives[number % archives.length];
    const mutated = new Map(files).set(archiveNames.config, text(mutatedConfig(config, number)));
    // Every fifth config is read as a config of Keras 2.
    if (number % 5 === 4) mutated.set(archiveNames.metadata, text({ keras_version: '2.15.0' }));
    const store = memoryStore(`${number}-${name}`);
    const pieces: Uint8Array[] = [];
    for await (const piece of zipPieces([...mutated].map(([each, data]) => ({ name: each, data })))) pieces.push(piece);
    await store.write(joinedBytes(pieces));
    const load = async (): Promise<void> => {
      await inspectModelFile(store);
      await loadModel(store);
    };
    await attempt(number, store.name, load, report);
  }
  checkReport(report);
}, 3_600_000);

describeWithShared('loadModel: mutated models of Keras 1 and 2', 'data/formats/keras-h5-models.tar.gz', (path) => {
  test(`loads ${count} mutated configs, or rejects them with the name of the file`, async () => {
    const files: { name: string; bytes: Uint8Array<ArrayBuffer>; whole: Json }[] = [];
    for (const [name, bytes] of filesInTar(path)) {
      if (!/\.(h5|hdf5)$/.test(name) || bytes.length > 300_000) continue;
      const root = await openHdf5(accessBytes(bytes, name));
      const [model, training] = [await root.attribute('model_config'), await root.attribute('training_config')];
      if (typeof model !== 'string' || model.includes('Infinity')) continue;
      const parsed = (value: unknown): Json => (typeof value === 'string' ? JSON.parse(value) : null);
      files.push({ name, bytes, whole: { model_config: parsed(model), training_config: parsed(training) } });
    }
    const report: Report = { loaded: 0, refused: 0, located: 0 };
    for (let number = 0; number < count; number++) {
      const { name, bytes, whole } = files[(number * 7919) % files.length];
      const mutated = mutatedConfig(whole, number);
      const load = async (): Promise<void> => {
        const root = await openHdf5(accessBytes(bytes, name));
        await loadLegacyModel(name, withAttributes(root, isObject(mutated) ? mutated : {}), true);
      };
      await attempt(number, name, load, report);
    }
    checkReport(report);
  }, 3_600_000);
});

/** Returns a copy of an HDF5 file with other model and training configs. */
function withAttributes(root: Hdf5Group, configs: Readonly<Record<string, Json>>): Hdf5Group {
  return {
    ...root,
    attribute: async (name) => {
      if (name !== 'model_config' && name !== 'training_config') return root.attribute(name);
      const config = configs[name] ?? null;
      return config === null ? undefined : JSON.stringify(config);
    },
  };
}
