// What the page of the browser tests can do: its exports are the page's global `manabi`.
import '@manabi/backend-cpu/register';
import { sha256 } from '@manabi/files';
import { exportOnnx } from '@manabi/onnx';
import {
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

/** Trains, and says what can be said without tensors. */
export async function training(): Promise<{ loss: readonly number[]; digests: readonly string[] }> {
  const { loss, digests } = await train();
  return { loss, digests };
}

/** Trains, and exports to ONNX. */
export async function onnxDigest(): Promise<string> {
  const { model } = await train();
  return await sha256(await exportOnnx(model));
}

/** What pages can read from and write to, by file name. */
export const stores = {
  indexedDb: (file) => indexedDb('manabi-tests', file),
  opfs: (file) => opfs(`manabi-tests/${file}`),
} satisfies Record<string, (file: string) => Store>;

/** Writes a file into a store twice, reads it back, and removes it. */
export async function throughStore(name: keyof typeof stores): Promise<{ numbers: number[]; afterRemoval: string }> {
  const store = stores[name]('weights.safetensors');
  for (const first of [1, 2]) {
    const data = Float32Array.of(first, 0.5, -3);
    await writeSafetensors(store, { weights: { dtype: 'float32', shape: [3], data } });
  }
  const { tensors } = await readSafetensors(store);
  await store.remove();
  const afterRemoval = await store.read().then(
    () => 'still there',
    (error: { code?: string }) => error.code ?? 'no code',
  );
  return { numbers: [...tensors.weights.data], afterRemoval };
}

/** Trains, saves the model into a store, and loads it from there. */
export async function modelThroughStore(name: keyof typeof stores): Promise<{ saved: string[]; loaded: string[] }> {
  const { model, digests } = await train();
  const store = stores[name]('network.keras');
  await saveModel(model, store);
  return { saved: [...digests], loaded: [...(await digestsOf(await loadModel(store)))] };
}

/** Trains, and has the browser download the model. */
export async function downloadModel(): Promise<void> {
  await saveModel((await train()).model, download('network.keras'));
}
