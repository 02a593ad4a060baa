import type { TermDType } from './term.ts';

const FLOATS: readonly TermDType[] = ['float32', 'float64'];
const SIGNED: readonly TermDType[] = [...FLOATS, 'int32', 'int64'];
const NUMBERS: readonly TermDType[] = [...SIGNED, 'uint32', 'uint8'];
const INTEGERS: readonly TermDType[] = ['int32', 'int64', 'uint32', 'uint8'];
const ALL: readonly TermDType[] = [...NUMBERS, 'bool'];
const FLOAT32: readonly TermDType[] = ['float32'];

/**
 * Element types for which ONNX Runtime's CPU provider has a kernel, of those that ONNX allows, in opsets 18 to 23: tried
 * one by one with version 1.32. Whatever is written for another type is cast around.
 */
export const kernels = {
  Abs: NUMBERS,
  Add: NUMBERS,
  And: ['bool'],
  ArgMax: [...SIGNED, 'uint8'],
  ArgMin: [...SIGNED, 'uint8'],
  Asin: FLOAT32,
  Atan: FLOAT32,
  AveragePool: FLOAT32,
  BitShift: ['uint32', 'uint8'],
  BitwiseAnd: INTEGERS,
  BitwiseNot: INTEGERS,
  BitwiseOr: INTEGERS,
  BitwiseXor: INTEGERS,
  Ceil: FLOATS,
  Clip: NUMBERS,
  Concat: ALL,
  Conv: FLOAT32,
  ConvTranspose: FLOAT32,
  Cos: FLOATS,
  CumSum: SIGNED,
  Div: NUMBERS,
  Equal: ALL,
  Erf: FLOAT32,
  Exp: FLOATS,
  Expand: ALL,
  Floor: FLOATS,
  Gather: ALL,
  GatherElements: ALL,
  GatherND: ALL,
  Identity: ALL,
  IsInf: FLOATS,
  IsNaN: FLOATS,
  Less: NUMBERS,
  LessOrEqual: NUMBERS,
  Log: FLOATS,
  MatMul: [...SIGNED, 'uint32'],
  Max: NUMBERS,
  MaxPool: [...FLOATS, 'uint8'],
  Min: NUMBERS,
  Mod: NUMBERS,
  Mul: NUMBERS,
  Neg: SIGNED,
  Not: ['bool'],
  Or: ['bool'],
  Pad: ALL,
  Pow: SIGNED,
  Range: SIGNED,
  // Those of int64 are wrong beyond int32 in version 1.30.
  ReduceMax: [...FLOATS, 'int32', 'uint8'],
  ReduceMin: [...FLOATS, 'int32', 'uint8'],
  // Those of int32 saturate where sums wrap.
  ReduceProd: [...FLOATS, 'int64'],
  ReduceSum: [...FLOATS, 'int64'],
  Reshape: ALL,
  Round: FLOATS,
  ScatterElements: ALL,
  ScatterND: ALL,
  Sigmoid: FLOATS,
  Sign: NUMBERS,
  Sin: FLOATS,
  Slice: ALL,
  Sqrt: FLOATS,
  Sub: NUMBERS,
  Tan: FLOAT32,
  Tanh: FLOATS,
  TopK: [...SIGNED, 'uint8'],
  Transpose: ALL,
  Where: NUMBERS.filter((dtype) => dtype !== 'uint32'),
  Xor: ['bool'],
} as const satisfies Record<string, readonly TermDType[]>;

/** An operator of ONNX whose kernels the table knows. */
export type KernelName = keyof typeof kernels;

/**
 * What an operator computes in, for elements of a type that it has no kernel for: a wider type, so that integers wrap to
 * the same bits when they are cast back. float64 in float32 loses digits; there is no wider way.
 */
const CARRIERS: { readonly [D in TermDType]: readonly TermDType[] } = {
  float32: ['float64'],
  float64: ['float32'],
  int32: ['int64'],
  int64: [],
  uint32: ['int64', 'float64'],
  uint8: ['int32', 'int64'],
  bool: ['uint8', 'int32'],
};

/** The type in which an operator computes elements of `dtype`; null if it has no kernel for any that holds them. */
export function carrierOf(opType: KernelName, dtype: TermDType): TermDType | null {
  const accepted: readonly TermDType[] = kernels[opType];
  return [dtype, ...CARRIERS[dtype]].find((carrier) => accepted.includes(carrier)) ?? null;
}
