import {
  exportOnnx,
  type HostArray,
  inspectModelFile,
  loadWeights,
  type Model,
  type ModelFileReport,
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
 * Converts a file to another format.
 *
 * @param layersOf path of a model file whose layers receive the weights; null to copy the weights by name
 * @throws UsageError for an unsupported pair of formats; FileError, ManabiError from reading and writing
 */
export async function convertFile(source: string, destination: string, layersOf: string | null): Promise<void> {
  const to = modelFormat(destination);
  const from = await sourceFormat(source);
  if (from === 'onnx')
    throw new UsageError(`${source}: ONNX files cannot be read, only written. Convert a .keras file.`);
  if (to === 'h5') throw new UsageError(`${destination}: .h5 files cannot be written, only read. Write a .keras file.`);
  if (!holdsOnlyWeights[from]) {
    if (layersOf !== null) throw new UsageError(`${source} already contains layers. Remove --model.`);
    const metadata = from === 'keras' ? (await inspectModelFile(source)).metadata : null;
    return writeModel(await loadModelFile(source, { compile: to === 'keras' }), destination, to, metadata);
  }
  if (layersOf !== null) {
    const model = await loadModelFile(layersOf, { compile: false });
    await loadWeights(model, source);
    const { metadata } = await inspectModelFile(layersOf);
    return writeModel(model, destination, to, metadata);
  }
  return copyArrays(source, from, destination, to);
}

async function writeModel(
  model: Model,
  destination: string,
  to: ModelFormat,
  metadata: ModelFileReport['metadata'],
): Promise<void> {
  if (to === 'keras') return saveModel(model, destination, metadata === null ? {} : { metadata });
  if (to === 'onnx') return exportOnnx(model, destination);
  return saveWeights(model, destination);
}

/** Copies arrays with their names between two files that contain only weights. */
async function copyArrays(source: string, from: ModelFormat, destination: string, to: ModelFormat): Promise<void> {
  if ((from !== 'safetensors' && from !== 'npz') || (to !== 'safetensors' && to !== 'npz')) {
    throw new UsageError(
      `${source} contains only weights, and ${destination} also needs layers. Pass a model with these layers: ` +
        '--model model.keras.',
    );
  }
  const arrays: Readonly<Record<string, HostArray>> =
    from === 'npz' ? await readNpz(source) : (await readSafetensors(source)).tensors;
  return to === 'npz' ? writeNpz(destination, arrays) : writeSafetensors(destination, arrays);
}
