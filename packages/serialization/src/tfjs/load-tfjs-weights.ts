import type { HostArray } from '@manabi/core';
import type { Model } from '@manabi/layers';
import { assignLayers, type FileLayer } from '../keras/legacy/h5-weights.ts';
import type { WeightsMatch } from '../keras/legacy/pair-layers.ts';
import { type ReadShard, readShards } from './read-shards.ts';
import { readManifest } from './weights-manifest.ts';

/**
 * Loads the weights that a `model.json` of TensorFlow.js lists into a model. Without `match`, layers are matched by name if
 * the file has all layers of the model and no others, otherwise by order.
 *
 * @param text content of `model.json`
 * @throws FileError `corrupt` for damaged files, and weights that do not fit
 */
export async function loadTfjsWeights(
  source: string,
  text: string,
  model: Model,
  readShard: ReadShard,
  match?: WeightsMatch,
): Promise<void> {
  const arrays = await readShards(source, readManifest(source, text), readShard);
  const names = model.layers.filter(({ weights }) => weights.length > 0).map(({ name }) => name);
  const layers = byLayer(arrays, names);
  const isSame = layers.length === names.length && layers.every(({ name }) => names.includes(name));
  const written = { isFirst: false, backend: 'tensorflow' };
  assignLayers(source, model, layers, written, match ?? (isSame ? 'name' : 'order'));
}

/**
 * Groups arrays by their layers. The name of an array begins with the name of its layer, followed by parts of the layer:
 * `bidirectional/forward_lstm/kernel`.
 */
function byLayer(arrays: ReadonlyMap<string, HostArray>, names: readonly string[]): readonly FileLayer[] {
  const groups = new Map<string, [name: string, array: HostArray][]>();
  for (const [name, array] of arrays) {
    const known = names.filter((layer) => name.startsWith(`${layer}/`)).sort((a, b) => b.length - a.length);
    const layer = known[0] ?? name.slice(0, Math.max(name.lastIndexOf('/'), 0));
    const group = groups.get(layer) ?? [];
    group.push([name, array]);
    groups.set(layer, group);
  }
  return [...groups].map(([name, group]) => ({
    name,
    arrays: group.map(([, array]) => array),
    weightNames: group.map(([weight]) => weight),
  }));
}
