import type { Layer } from '../layer.ts';

/** A layer and all layers within it, each once: what a traced function of it depends on beside the weights' values. */
export function layersWithin(root: Layer): readonly Layer[] {
  const found = new Set<Layer>([root]);
  for (const layer of found) for (const inner of layer.sublayers) found.add(inner);
  return [...found];
}

/** Whether a model consists of these layers still. */
export function consistsOf(root: Layer, layers: readonly Layer[]): boolean {
  const now = layersWithin(root);
  return now.length === layers.length && now.every((layer, i) => layer === layers[i]);
}
