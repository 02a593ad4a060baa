import type { Layer } from './layer.ts';

const known = new WeakSet<object>();

/** Remembers that something is a layer; for the constructor of every layer. */
export function markLayer(layer: object): void {
  known.add(layer);
}

/** Whether something is a layer. (`instanceof Layer`, for files that `layer.ts` itself needs.) */
export function isLayer(thing: object): thing is Layer {
  return known.has(thing);
}
