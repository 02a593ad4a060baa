import type { HostRandom } from '../random.ts';

/** Returns a copy of integers in random order (Fisher, Yates). */
export function shuffled(values: Uint32Array, random: HostRandom): Uint32Array<ArrayBuffer> {
  const order = Uint32Array.from(values);
  for (let i = order.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}
