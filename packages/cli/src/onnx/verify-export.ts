import { type Model, onnx } from 'manabi';
import { installedVersion } from '../doctor/optional-packages.ts';

/**
 * Compares the outputs of a network with those of its ONNX file in ONNX Runtime, for random inputs in batches of 1 and
 * 7.
 *
 * @returns null if `onnxruntime-node` is not installed
 * @throws ManabiError from `onnx.compare`
 */
export async function verifyExport(model: Model, file: string): Promise<onnx.Comparison | null> {
  if ((await installedVersion('onnxruntime-node')) === null) return null;
  return onnx.compare(model, file);
}

/** Returns the largest absolute difference between a network and its ONNX file, over all outputs. */
export function largestDifference({ outputs }: onnx.Comparison): number {
  return Object.values(outputs).reduce((most, { absolute }) => Math.max(most, absolute), 0);
}

/** Formats a list of the outputs that differ by more than the tolerance, with their differences. */
export function describeDisagreement(file: string, { tolerance, outputs }: onnx.Comparison): string {
  const wrong = Object.entries(outputs).flatMap(([name, { absolute, relative, agrees }]) =>
    agrees ? [] : [`${name} by ${absolute.toPrecision(3)} (relative ${relative.toPrecision(3)})`],
  );
  return (
    `Verification failed: outputs of ${file} in ONNX Runtime differ from those of the network: ${wrong.join(', ')}; allowed ` +
    `is a relative difference of ${tolerance}. Do not use the file. Try --composites bodies or another --opset, and report it.`
  );
}
