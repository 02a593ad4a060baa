import { type HostArray, hostArray, isTensor, realize, type Tensor } from '@manabi/core';
import { anything, readArgument, recordOf } from '@manabi/errors';
import { canonicalElements, checkHostArray } from '@manabi/ir';

/** Arrays by name, in host memory or on a backend. */
export type NamedTensors = Readonly<Record<string, HostArray | Tensor>>;

const namedKind = recordOf(anything<HostArray | Tensor>('a tensor or a host array'));

/**
 * Copies tensors to host memory, computing pending ones in one run. Elements of dtype bool become 0 or 1, as in files.
 *
 * @param name the name of the argument `named`, for messages
 * @throws ManabiError `argument`, `shape` or `dtype` for invalid values from plain JavaScript
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
  return canonicalElements(value);
}
