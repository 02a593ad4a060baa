import { Notes, type Tensor } from '@manabi/core';

const sources = new Notes<string>('layer');

/** Returns the name of the layer that produced a tensor, for messages; null if no layer did. */
export function sourceOf(tensor: Tensor): string | null {
  return sources.of(tensor)[0] ?? null;
}

/** Records the layer that produced a tensor. */
export function setSource(tensor: Tensor, layer: string): void {
  sources.put(tensor, layer);
}
