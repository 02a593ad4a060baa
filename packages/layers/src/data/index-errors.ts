import { ManabiError } from '@manabi/core';
import type { Layer } from '../layer/layer.ts';
import type { Network } from '../networks/network.ts';
import { toList } from '../structure/nested.ts';

/**
 * Runs a step of a model. If an index is out of range of a layer's lookup table, adds the name of the layer to the
 * error.
 */
export async function namingTables<R>(op: string, model: Network, run: () => Promise<R>): Promise<R> {
  try {
    return await run();
  } catch (error) {
    throw named(op, model, error);
  }
}

function named(op: string, model: Network, error: unknown): unknown {
  if (!(error instanceof ManabiError) || error.code !== 'index') return error;
  const { index, extent } = error.data;
  const [layer, ...others] = new Set(tablesIn(model).filter(({ inputSpec }) => extentOf(inputSpec) === extent));
  if (layer === undefined || others.length > 0 || typeof index !== 'number' || typeof extent !== 'number') return error;
  return new ManabiError(
    'index',
    `Layer '${layer.name}' (${layer.className}) requires indices in [0, ${extent - 1}]; got ${index}. Set inputDim to at ` +
      `least ${index + 1}, or remove such indices.`,
    { op, data: { ...error.data, layer: layer.name, inputDim: extent }, cause: error },
  );
}

function tablesIn(layer: Layer): readonly Layer[] {
  return [layer, ...layer.sublayers.flatMap(tablesIn)].filter(({ inputSpec }) => extentOf(inputSpec) !== undefined);
}

function extentOf(spec: Layer['inputSpec']): number | undefined {
  return spec === null ? undefined : toList(spec)[0]?.indices;
}
