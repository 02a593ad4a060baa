import { lstm, type Tensor, zeros } from 'manabi';

// 16 sequences of 20 steps with 8 numbers each, and 32 units.
export const inputs = { x: [16, 20, 8], kernel: [8, 128], recurrentKernel: [32, 128], bias: [128] };

export function run({ x, kernel, recurrentKernel, bias }: Record<keyof typeof inputs, Tensor>) {
  const states = [zeros([16, 32]), zeros([16, 32])];
  return lstm(x, { kernel, recurrentKernel, bias, states }).output;
}
