import type { Tensor } from '@manabi/core';

const sources = new WeakMap<Tensor, string>();

/** Name of the layer that made a tensor last; null if none did. For messages. */
export function sourceOf(tensor: Tensor): string | null {
  return sources.get(tensor) ?? null;
}

/** Remembers which layer made a tensor. */
export function setSource(tensor: Tensor, layer: string): void {
  sources.set(tensor, layer);
}
