import { type Model, onnx } from 'manabi';
import { installedVersion } from '../doctor/optional-packages.ts';

/**
 * The largest difference of outputs between a network and its ONNX file in ONNX Runtime, for random inputs at batches of
 * 1 and 7; null where `onnxruntime-node` is not installed.
 *
 * @throws ManabiError as `onnx.compare`
 */
export async function holdAgainst(model: Model, file: string): Promise<number | null> {
  if ((await installedVersion('onnxruntime-node')) === null) return null;
  const differences = Object.values(await onnx.compare(model, file));
  return differences.reduce((most, { absolute }) => Math.max(most, absolute), 0);
}
