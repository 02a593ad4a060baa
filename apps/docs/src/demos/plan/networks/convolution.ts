import { add, conv, maxPool, relu, type Tensor } from 'manabi';

// 8 grey images of 28 x 28 pixels, and 16 filters.
export const inputs = { images: [8, 1, 28, 28], filters: [16, 1, 3, 3], bias: [16, 1, 1] };

export function run({ images, filters, bias }: Record<keyof typeof inputs, Tensor>) {
  const features = relu(add(conv(images, filters), bias));
  return maxPool(features, 2);
}
