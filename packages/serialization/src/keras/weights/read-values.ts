import { type HostArray, hostArray, realize, type Tensor } from '@manabi/core';

/** Computes tensors in one run and copies their elements to host memory. */
export async function readValues(tensors: readonly Tensor[]): Promise<readonly HostArray[]> {
  const realized = await realize([...tensors]);
  return Promise.all(realized.map(async (tensor) => hostArray(tensor.dtype, tensor.shape, await tensor.data())));
}
