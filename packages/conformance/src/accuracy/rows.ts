import type { Tensor } from '@manabi/core';
import * as core from '@manabi/core';
import { oracle } from './oracle.ts';

/** Error bounds of a function of one operand. */
export interface AccuracyRow {
  readonly name: string;
  readonly f: (x: Tensor) => Tensor;
  /** The function in double precision. */
  readonly exact: (x: number) => number;
  /** Largest error in units in the last place, over all float32 numbers. */
  readonly float32: number;
  /** Largest error in units in the last place, over the float64 numbers tested. */
  readonly float64: number;
  /**
   * Absolute float32 error that is always accepted, in multiples of 2^-149, the smallest positive float32 number.
   * Default: 1.
   */
  readonly floor?: number;
  /** Remark on the function in the table of NUMERICS.md. */
  readonly note?: string;
}

/** Error bounds of a function of two operands. */
export interface PairRow extends Omit<AccuracyRow, 'f' | 'exact'> {
  readonly f: (x: Tensor, y: Tensor) => Tensor;
  readonly exact: (x: number, y: number) => number;
  /** Names under which the goldens contain exact float64 results of the function. Default: the name of the function. */
  readonly goldens?: readonly string[];
}

/** Functions of two operands, with their tested error bounds. */
export const pairRows: readonly PairRow[] = [
  {
    name: 'power',
    f: core.power,
    exact: (x, y) => x ** y,
    float32: 0.6,
    float64: 1,
    goldens: ['power', 'power of any size'],
  },
  {
    name: 'arctan2',
    f: core.arctan2,
    exact: Math.atan2,
    float32: 3,
    float64: 2,
    goldens: ['arctan2', 'arctan2 of any size'],
  },
  { name: 'div', f: core.div, exact: (x, y) => x / y, float32: 0.5, float64: 0.5, goldens: [] },
  { name: 'fmod', f: core.fmod, exact: (x, y) => x % y, float32: 0, float64: 0, goldens: [], note: 'exact' },
  { name: 'mod', f: core.mod, exact: floorMod, float32: 0.5, float64: 0.5, goldens: [] },
];

function floorMod(x: number, y: number): number {
  const rest = x % y;
  return rest !== 0 && rest < 0 !== y < 0 ? rest + y : rest;
}

/** Every elementary function and smooth activation, with its tested error bounds. */
export const rows: readonly AccuracyRow[] = [
  { name: 'exp', f: core.exp, exact: Math.exp, float32: 1.1, float64: 1 },
  { name: 'exp2', f: core.exp2, exact: (x) => 2 ** x, float32: 1.1, float64: 1, note: 'exact for integers' },
  { name: 'expm1', f: core.expm1, exact: Math.expm1, float32: 2, float64: 1 },
  { name: 'log', f: core.log, exact: Math.log, float32: 1, float64: 1 },
  { name: 'log1p', f: core.log1p, exact: Math.log1p, float32: 1, float64: 1 },
  { name: 'log2', f: core.log2, exact: Math.log2, float32: 2.6, float64: 2.6, note: 'exact for powers of 2' },
  { name: 'log10', f: core.log10, exact: Math.log10, float32: 3, float64: 2.6, note: 'exact for powers of 10' },
  { name: 'sqrt', f: core.sqrt, exact: Math.sqrt, float32: 0.5, float64: 0.5 },
  { name: 'rsqrt', f: core.rsqrt, exact: (x) => 1 / Math.sqrt(x), float32: 1.6, float64: 1.6 },
  { name: 'reciprocal', f: core.reciprocal, exact: (x) => 1 / x, float32: 0.5, float64: 0.5 },
  { name: 'power(x, 1.5)', f: (x) => core.power(x, 1.5), exact: (x) => x ** 1.5, float32: 0.6, float64: 1 },
  { name: 'power(x, -2)', f: (x) => core.power(x, -2), exact: (x) => x ** -2, float32: 0.6, float64: 1 },
  { name: 'power(x, 3)', f: (x) => core.power(x, 3), exact: (x) => x ** 3, float32: 1.6, float64: 1.6 },
  { name: 'power(x, 4)', f: (x) => core.power(x, 4), exact: (x) => x ** 4, float32: 2, float64: 2 },
  { name: 'power(x, 0.5)', f: (x) => core.power(x, 0.5), exact: (x) => x ** 0.5, float32: 0.5, float64: 0.5 },
  { name: 'power(x, -0.5)', f: (x) => core.power(x, -0.5), exact: (x) => x ** -0.5, float32: 1.6, float64: 1.6 },
  { name: 'sin', f: core.sin, exact: Math.sin, float32: 1.7, float64: 1 },
  { name: 'cos', f: core.cos, exact: Math.cos, float32: 1.7, float64: 1 },
  { name: 'tan', f: core.tan, exact: Math.tan, float32: 0.7, float64: 1 },
  { name: 'arcsin', f: core.arcsin, exact: Math.asin, float32: 2.5, float64: 1 },
  { name: 'arccos', f: core.arccos, exact: Math.acos, float32: 2.5, float64: 2 },
  { name: 'arctan', f: core.arctan, exact: Math.atan, float32: 2.2, float64: 1 },
  { name: 'sinh', f: core.sinh, exact: Math.sinh, float32: 3, float64: 3 },
  { name: 'cosh', f: core.cosh, exact: Math.cosh, float32: 2.5, float64: 2.5 },
  { name: 'tanh', f: core.tanh, exact: Math.tanh, float32: 2.6, float64: 2 },
  { name: 'arcsinh', f: core.arcsinh, exact: Math.asinh, float32: 3, float64: 3 },
  { name: 'arccosh', f: core.arccosh, exact: Math.acosh, float32: 3, float64: 3 },
  { name: 'arctanh', f: core.arctanh, exact: Math.atanh, float32: 3, float64: 3 },
  { name: 'erf', f: core.erf, exact: oracle.erf, float32: 2.1, float64: 1 },
  { name: 'sigmoid', f: core.sigmoid, exact: oracle.sigmoid, float32: 2.5, float64: 2.5 },
  { name: 'logSigmoid', f: core.logSigmoid, exact: oracle.logSigmoid, float32: 2, float64: 2 },
  { name: 'softplus', f: core.softplus, exact: oracle.softplus, float32: 2, float64: 2 },
  { name: 'softsign', f: core.softsign, exact: oracle.softsign, float32: 1.6, float64: 1.6 },
  { name: 'elu', f: (x) => core.elu(x), exact: oracle.elu, float32: 2, float64: 1 },
  { name: 'celu(alpha 0.7)', f: (x) => core.celu(x, { alpha: 0.7 }), exact: oracle.celu(0.7), float32: 3, float64: 3 },
  { name: 'selu', f: core.selu, exact: oracle.selu, float32: 3, float64: 3 },
  { name: 'hardSigmoid', f: (x) => core.hardSigmoid(x), exact: oracle.hardSigmoid, float32: 2, float64: 2 },
  { name: 'hardSwish', f: core.hardSwish, exact: oracle.hardSwish, float32: 3, float64: 3 },
  { name: 'silu', f: core.silu, exact: oracle.silu, float32: 3.3, float64: 3, floor: 140 },
  { name: 'mish', f: core.mish, exact: oracle.mish, float32: 4, float64: 4, floor: 140 },
  { name: 'gelu', f: (x) => core.gelu(x), exact: oracle.gelu, float32: 4, float64: 3 },
  {
    name: 'gelu(approximate)',
    f: (x) => core.gelu(x, { approximate: true }),
    exact: oracle.geluTanh,
    float32: 240,
    float64: 1200,
    note: 'within 4 for x >= -1; below, the exponential amplifies the rounding error of the polynomial',
  },
];
