import { div, gelu, mean, sqrt, square, sub, type Tensor } from 'manabi';

// The shapes of the inputs.
export const inputs = { x: [256, 512] };

// Normalization of each row, and an activation: eight operators that read and write the whole array, written one by one.
export function run({ x }: Record<keyof typeof inputs, Tensor>) {
  const centered = sub(x, mean(x, 1, { keepdims: true }));
  const deviation = sqrt(mean(square(centered), 1, { keepdims: true }));
  return gelu(div(centered, deviation));
}
