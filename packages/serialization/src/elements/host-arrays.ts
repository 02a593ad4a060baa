import { type HostArray, hostArray, isTensor, realize, type Tensor } from '@manabi/core';
import { anything, readArgument, recordOf } from '@manabi/errors';
import { canonicalBools, checkHostArray } from '@manabi/ir';

/** Arrays by name, in host memory or on a backend. */
export type NamedTensors = Readonly<Record<string, HostArray | Tensor>>;

const namedKind = recordOf(anything<HostArray | Tensor>('a tensor or a host array'));

/**
 * Returns the same arrays in host memory; what must be computed or read is so at once. Elements of bool are 0 and 1, as
 * files hold them.
 *
 * @param name the argument that they are
 * @throws ManabiError `argument`, `shape` or `dtype` if plain JavaScript gave something else
 */
export async function toHostArrays(op: string, name: string, named: NamedTensors): Promise<Map<string, HostArray>> {
  const entries = Object.entries(readArgument(op, name, named, namedKind));
  const tensors = await realize(entries.map(([, value]) => value).filter(isTensor));
  const read = await Promise.all(tensors.map(async (t) => hostArray(t.dtype, t.shape, await t.data())));
  let next = 0;
  return new Map(entries.map(([name, value]) => [name, isTensor(value) ? read[next++] : checked(op, value)]));
}

function checked(op: string, value: HostArray): HostArray {
  checkHostArray(op, value);
  return canonicalBools(value);
}
