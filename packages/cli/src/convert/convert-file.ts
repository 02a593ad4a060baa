import {
  exportOnnx,
  type HostArray,
  loadWeights,
  type Model,
  readNpz,
  readSafetensors,
  saveModel,
  saveWeights,
  writeNpz,
  writeSafetensors,
} from 'manabi';
import { loadModelFile } from '../model-file.ts';
import { UsageError } from '../usage-error.ts';
import { holdsOnlyWeights, type ModelFormat, modelFormat, sourceFormat } from './model-format.ts';

/**
 * Writes what one file holds as another kind of file.
 *
 * @param layersOf a file with the layers that weights belong to; null if they are only to be copied
 * @throws UsageError for kinds that do not follow from one another; FileError, ManabiError as reading and writing
 */
export async function convertFile(source: string, destination: string, layersOf: string | null): Promise<void> {
  const to = modelFormat(destination);
  const from = await sourceFormat(source);
  if (from === 'onnx') throw new UsageError(`${source}: ONNX files are not read, only written.`);
  if (to === 'h5') throw new UsageError(`${destination}: Keras's older format is read, not written; take .keras.`);
  if (!holdsOnlyWeights[from]) {
    if (layersOf !== null) throw new UsageError(`${source} has layers of its own; leave out --model.`);
    return writeModel(await loadModelFile(source, { compile: to === 'keras' }), destination, to);
  }
  if (layersOf !== null) {
    const model = await loadModelFile(layersOf, { compile: false });
    await loadWeights(model, source);
    return writeModel(model, destination, to);
  }
  return copyArrays(source, from, destination, to);
}

async function writeModel(model: Model, destination: string, to: ModelFormat): Promise<void> {
  if (to === 'keras') return saveModel(model, destination);
  if (to === 'onnx') return exportOnnx(model, destination);
  return saveWeights(model, destination);
}

/** Copies weights by name. */
async function copyArrays(source: string, from: ModelFormat, destination: string, to: ModelFormat): Promise<void> {
  if ((from !== 'safetensors' && from !== 'npz') || (to !== 'safetensors' && to !== 'npz')) {
    throw new UsageError(
      `${source} holds weights alone, and ${destination} needs the layers that they belong to: name a file with them, ` +
        '--model model.keras.',
    );
  }
  const arrays: Readonly<Record<string, HostArray>> =
    from === 'npz' ? await readNpz(source) : (await readSafetensors(source)).tensors;
  return to === 'npz' ? writeNpz(destination, arrays) : writeSafetensors(destination, arrays);
}
