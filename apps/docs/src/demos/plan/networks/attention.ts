import { add, dotProductAttention, layerNorm, matmul, reshape, split, type Tensor } from 'manabi';

// 4 texts of 64 tokens with 64 numbers each.
export const inputs = { x: [4, 64, 64], wIn: [64, 192], wOut: [64, 64] };

// One block of a transformer, with 4 heads that look back.
export function run({ x, wIn, wOut }: Record<keyof typeof inputs, Tensor>) {
  const parts = split(matmul(layerNorm(x), wIn), 3, -1);
  const [query, key, value] = parts.map((part) => reshape(part, [4, 64, 4, 16]));
  const attended = dotProductAttention(query, key, value, { isCausal: true });
  return add(x, matmul(reshape(attended, [4, 64, 64]), wOut));
}
