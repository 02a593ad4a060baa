// What the page of the browser tests can do: its exports are the page's global `manabi`.
import '@manabi/backend-cpu/register';
import { sha256 } from '@manabi/files';
import { exportOnnx } from '@manabi/onnx';
import { download, indexedDb, opfs, readSafetensors, type Store, writeSafetensors } from '@manabi/serialization';
import { train } from './network.fixture.ts';

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

/** What pages can read from and write to. */
export const stores = {
  indexedDb: () => indexedDb('manabi-tests', 'weights.safetensors'),
  opfs: () => opfs('manabi-tests/weights.safetensors'),
} satisfies Record<string, () => Store>;

/** Writes a file into a store twice, reads it back, and removes it. */
export async function throughStore(name: keyof typeof stores): Promise<{ numbers: number[]; afterRemoval: string }> {
  const store = stores[name]();
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

/** Has the browser download a file. */
export async function downloadWeights(): Promise<void> {
  const data = Float32Array.of(1, 2, 3);
  await writeSafetensors(download('weights.safetensors'), { weights: { dtype: 'float32', shape: [3], data } });
}
