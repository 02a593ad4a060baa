import { div, mean, sqrt, square, sub, type Tensor, tanh } from 'manabi';

// The shapes of the inputs.
export const inputs = { x: [256, 512] };

// Normalizes each row, one operator after the other.
export function run({ x }: Record<keyof typeof inputs, Tensor>) {
  const centered = sub(x, mean(x, 1, { keepdims: true }));
  const deviation = sqrt(mean(square(centered), 1, { keepdims: true }));
  return tanh(div(centered, deviation));
}
