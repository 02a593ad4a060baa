import { Notes, type Tensor } from '@manabi/core';

const sources = new Notes<string>('layer');

/** Returns the name of the layer that produced a tensor; null if there is none. For messages. */
export function sourceOf(tensor: Tensor): string | null {
  return sources.of(tensor)[0] ?? null;
}

/** Records the layer that produced a tensor. */
export function setSource(tensor: Tensor, layer: string): void {
  sources.put(tensor, layer);
}
