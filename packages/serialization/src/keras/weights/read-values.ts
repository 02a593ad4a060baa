import { type HostArray, hostArray, realize, type Tensor } from '@manabi/core';

/** The elements of tensors, computed at once, and read to the host. */
export async function readValues(tensors: readonly Tensor[]): Promise<readonly HostArray[]> {
  const realized = await realize([...tensors]);
  return Promise.all(realized.map(async (tensor) => hostArray(tensor.dtype, tensor.shape, await tensor.data())));
}
