import { type HostArray, hostArray, isTensor, realize, type Tensor } from '@manabi/core';

/** Arrays by name, in host memory or on a backend. */
export type NamedTensors = Readonly<Record<string, HostArray | Tensor>>;

/** The same arrays in host memory; what has to be computed or read, is so at once. */
export async function toHostArrays(named: NamedTensors): Promise<Map<string, HostArray>> {
  const entries = Object.entries(named);
  const tensors = await realize(entries.map(([, value]) => value).filter(isTensor));
  const read = await Promise.all(tensors.map(async (t) => hostArray(t.dtype, t.shape, await t.data())));
  let next = 0;
  return new Map(entries.map(([name, value]) => [name, isTensor(value) ? read[next++] : checked(value)]));
}

/** @throws ManabiError `argument`, `shape` or `dtype` if plain JavaScript gave something else */
function checked(value: HostArray): HostArray {
  return hostArray(value.dtype, value.shape, value.data);
}
