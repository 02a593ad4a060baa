import { type FileLayer, inspectModelFile } from 'manabi';
import type { FileReport } from './file-report.ts';

/** Describes a `.keras` or `.h5` file, including layers that manabi does not support. */
export async function kerasReport(path: string): Promise<FileReport> {
  const { format, bytes, kerasVersion, producer, savedAt, metadata, model, compile, weights, optimizer } =
    await inspectModelFile(path);
  return {
    format,
    facts: {
      bytes,
      kerasVersion,
      producer,
      savedAt,
      ...(metadata === null ? {} : { metadata }),
      name: model?.name ?? null,
      class: model?.className ?? null,
      layers: (model?.layers ?? []).map(layerText),
      compile,
      optimizer: optimizer.length === 0 ? null : { arrays: optimizer.length, bytes: bytesOf(optimizer) },
    },
    arrays: weights.map(({ place, dtype, shape, bytes: size }) => ({ name: place, dtype, shape, bytes: size })),
  };
}

/** Formats a layer as `hidden (Dense)`; a nested model with its layers in brackets. */
function layerText({ name, className, layers }: FileLayer): string {
  const inner = layers.length === 0 ? '' : ` [${layers.map(layerText).join(', ')}]`;
  return `${name} (${className})${inner}`;
}

function bytesOf(arrays: readonly { readonly bytes: number }[]): number {
  return arrays.reduce((sum, { bytes }) => sum + bytes, 0);
}
