import type { TermDType } from './term.ts';

const FLOATS: readonly TermDType[] = ['float32', 'float64'];
const SIGNED: readonly TermDType[] = [...FLOATS, 'int32', 'int64'];
const NUMBERS: readonly TermDType[] = [...SIGNED, 'uint32', 'uint8'];
const INTEGERS: readonly TermDType[] = ['int32', 'int64', 'uint32', 'uint8'];
const ALL: readonly TermDType[] = [...NUMBERS, 'bool'];
const FLOAT32: readonly TermDType[] = ['float32'];

/**
 * Dtypes for which the CPU provider of ONNX Runtime 1.32 has a kernel, by ONNX operator. Only dtypes that ONNX allows
 * in opsets 18 to 23 are listed, and every entry was tried. For other dtypes, an operator is written between casts.
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
  // In version 1.30, the int64 kernels compute wrong results for values outside the range of int32.
  ReduceMax: [...FLOATS, 'int32', 'uint8'],
  ReduceMin: [...FLOATS, 'int32', 'uint8'],
  // The int32 kernels saturate on overflow, but sums must wrap.
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

/** Name of an ONNX operator in the table `kernels`. */
export type KernelName = keyof typeof kernels;

/**
 * For each dtype, the dtypes in which an operator without a kernel for it may compute instead. They are wider, so
 * integers wrap to the same bits when they are cast back. Only float64 has no wider dtype; it is computed in float32,
 * with fewer digits.
 */
const CARRIERS: { readonly [D in TermDType]: readonly TermDType[] } = {
  float32: ['float64'],
  float64: ['float32'],
  float16: ['float32', 'float64'],
  int32: ['int64'],
  int64: [],
  uint32: ['int64', 'float64'],
  uint8: ['int32', 'int64'],
  bool: ['uint8', 'int32'],
};

/**
 * Returns the dtype in which an operator is computed for operands of `dtype`: this dtype or a wider one. Returns null
 * if ONNX Runtime has no kernel for any of them.
 */
export function carrierOf(opType: KernelName, dtype: TermDType): TermDType | null {
  const accepted: readonly TermDType[] = kernels[opType];
  return [dtype, ...CARRIERS[dtype]].find((carrier) => accepted.includes(carrier)) ?? null;
}
