import { Notes, type Tensor } from '@manabi/core';

const sources = new Notes<string>('layer');

/** Name of the layer that made a tensor last; null if none did. For messages. */
export function sourceOf(tensor: Tensor): string | null {
  return sources.of(tensor)[0] ?? null;
}

/** Notes which layer made a tensor. */
export function setSource(tensor: Tensor, layer: string): void {
  sources.put(tensor, layer);
}
