// Functions run in the page of the browser tests, where the exports are available as the global `manabi`.
import '@manabi/backend-cpu/register';
import { sha256 } from '@manabi/files';
import { exportOnnx } from '@manabi/onnx';
import {
  backupAndRestore,
  download,
  indexedDb,
  loadModel,
  opfs,
  readSafetensors,
  type Store,
  saveModel,
  writeSafetensors,
} from '@manabi/serialization';
import { digestsOf, train } from './network.fixture.ts';

/** Trains `smallNetwork`, and returns its losses and the digests of its weights. */
export async function training(): Promise<{ loss: readonly number[]; digests: readonly string[] }> {
  const { loss, digests } = await train();
  return { loss, digests };
}

/**
 * Trains with a backup after each step. Resolves in the middle of an epoch; the training then waits there until the
 * page is closed.
 */
export function trainUntilClosed(): Promise<void> {
  return new Promise((resolve, reject) => {
    const wait = {
      onSavePoint: ({ epoch, step }: { epoch: number; step: number }) => {
        if (epoch < 1 || step < 2) return undefined;
        resolve();
        return new Promise<void>(() => {});
      },
    };
    train([backup(), wait]).catch(reject);
  });
}

/**
 * Resumes the training that `trainUntilClosed` left unfinished in an earlier page. Returns its number of steps, its
 * losses, and the digests of the weights.
 */
export async function resumedTraining(): Promise<{
  steps: number;
  loss: readonly number[];
  digests: readonly string[];
}> {
  let steps = 0;
  const count = { onBatchEnd: () => void steps++ };
  const { loss, digests } = await train([backup(), count]);
  return { steps, loss, digests };
}

const backup = () => backupAndRestore({ backupDir: stores.indexedDb('backup'), saveFreq: 1 });

/** Trains a model, exports it to ONNX, and returns the digest of the file. */
export async function onnxDigest(): Promise<string> {
  const { model } = await train();
  return await sha256(await exportOnnx(model));
}

/** Functions that return the store for a file name in each kind of browser storage. */
export const stores = {
  indexedDb: (file) => indexedDb('manabi-tests', file),
  opfs: (file) => opfs(`manabi-tests/${file}`),
} satisfies Record<string, (file: string) => Store>;

/**
 * Writes a file to a store twice, reads it, and removes it. Returns the numbers that were read, and the error code of a
 * read after the removal.
 */
export async function throughStore(name: keyof typeof stores): Promise<{ numbers: number[]; afterRemoval: string }> {
  const store = stores[name]('weights.safetensors');
  for (const first of [1, 2]) {
    const data = Float32Array.of(first, 0.5, -3);
    await writeSafetensors(store, { weights: { dtype: 'float32', shape: [3], data } });
  }
  const { tensors } = await readSafetensors(store);
  await store.remove();
  const afterRemoval = await store.read().then(
    () => 'not removed',
    (error: { code?: string }) => error.code ?? 'no code',
  );
  return { numbers: [...tensors.weights.data], afterRemoval };
}

/**
 * Trains a model, saves it to a store, and loads it again. Returns the digests of the saved and of the loaded weights.
 */
export async function modelThroughStore(name: keyof typeof stores): Promise<{ saved: string[]; loaded: string[] }> {
  const { model, digests } = await train();
  const store = stores[name]('network.keras');
  await saveModel(model, store);
  return { saved: [...digests], loaded: [...(await digestsOf(await loadModel(store)))] };
}

/** Trains a model and starts a browser download of its file. */
export async function downloadModel(): Promise<void> {
  await saveModel((await train()).model, download('network.keras'));
}
