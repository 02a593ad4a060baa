import type { TermDType } from './term.ts';

const FLOATS: readonly TermDType[] = ['float32', 'float64'];
const SIGNED: readonly TermDType[] = [...FLOATS, 'int32', 'int64'];
const NUMBERS: readonly TermDType[] = [...SIGNED, 'uint32', 'uint8'];
const INTEGERS: readonly TermDType[] = ['int32', 'int64', 'uint32', 'uint8'];
const ALL: readonly TermDType[] = [...NUMBERS, 'bool'];
const FLOAT32: readonly TermDType[] = ['float32'];

/**
 * Dtypes for which ONNX Runtime's CPU provider has a kernel, among those that ONNX allows in opsets 18 to 23; each was tried
 * with version 1.32. Operators on other dtypes are written with casts.
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
  // Kernels for int64 are wrong beyond int32 in version 1.30.
  ReduceMax: [...FLOATS, 'int32', 'uint8'],
  ReduceMin: [...FLOATS, 'int32', 'uint8'],
  // Kernels for int32 saturate, but sums must wrap.
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

/** An ONNX operator in the table of kernels. */
export type KernelName = keyof typeof kernels;

/**
 * Dtypes to compute in if the operator has no kernel for a dtype: wider ones, so that integers wrap to the same bits when
 * cast back. float64 has no wider dtype, and loses digits in float32.
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

/** Returns the dtype in which an operator computes elements of `dtype`; null if no suitable kernel exists. */
export function carrierOf(opType: KernelName, dtype: TermDType): TermDType | null {
  const accepted: readonly TermDType[] = kernels[opType];
  return [dtype, ...CARRIERS[dtype]].find((carrier) => accepted.includes(carrier)) ?? null;
}
