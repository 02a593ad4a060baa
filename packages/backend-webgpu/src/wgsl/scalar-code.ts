import type { FormulaName } from '@manabi/compiler';
import { type DType, isFloat, type ScalarOp } from '@manabi/ir';
import { extremumFunction, halfFunction, isNaNFunction, saturatingFunction } from './float-functions.ts';
import { formulaFunction } from './formula-function.ts';
import type { ShaderModule } from './shader-module.ts';
import { valueType } from './types.ts';

/** Operands and dtypes of one scalar instruction. Each operand is a WGSL expression. */
export interface ScalarSite {
  readonly operands: readonly string[];
  /** Dtype of the last operand. */
  readonly operand: DType;
  readonly result: DType;
  readonly module: ShaderModule;
}

type Code = (site: ScalarSite) => string;

/** For each scalar instruction, a function that returns the WGSL expression of the result. */
export const scalarCode: { readonly [K in ScalarOp]: Code } = {
  neg: (s) => (valueType(s.operand) === 'u32' ? wrapped(s, `(0u - ${s.operands[0]})`) : `(-${s.operands[0]})`),
  abs: (s) => call('abs', s),
  sign: (s) => {
    const [x] = s.operands;
    if (isFloat(s.operand)) return `select(sign(${x}), ${x}, ${isNaNFunction(s.module)}(${x}))`;
    return valueType(s.operand) === 'u32' ? `min(${x}, 1u)` : `sign(${x})`;
  },
  floor: (s) => call('floor', s),
  ceil: (s) => call('ceil', s),
  round: (s) => call('round', s),
  sqrt: (s) => call('sqrt', s),
  exp: formula('exp'),
  exp2: formula('exp2'),
  expm1: formula('expm1'),
  log: formula('log'),
  log1p: formula('log1p'),
  sin: formula('sin'),
  cos: formula('cos'),
  tan: formula('tan'),
  asin: formula('asin'),
  atan: formula('atan'),
  tanh: formula('tanh'),
  sigmoid: formula('sigmoid'),
  erf: formula('erf'),
  pow: formula('pow'),
  isNaN: (s) => `${isNaNFunction(s.module)}(${s.operands[0]})`,
  isInf: (s) => `((bitcast<u32>(${s.operands[0]}) & 0x7fffffffu) == 0x7f800000u)`,
  not: (s) =>
    s.operand === 'bool'
      ? `(!${s.operands[0]})`
      : s.operand === 'uint8'
        ? `(${s.operands[0]} ^ 255u)`
        : `(~${s.operands[0]})`,
  cast: convert,
  bitcast: (s) =>
    valueType(s.operand) === valueType(s.result) ? s.operands[0] : `bitcast<${valueType(s.result)}>(${s.operands[0]})`,
  add: (s) => wrapped(s, infix('+', s)),
  sub: (s) => wrapped(s, infix('-', s)),
  mul: (s) => wrapped(s, infix('*', s)),
  // WGSL and the operators of manabi define integer division alike: x / 0 = x, x % 0 = 0, minInt / -1 = minInt, minInt
  // % -1 = 0.
  div: (s) => infix('/', s),
  rem: (s) => (isFloat(s.operand) ? formula('rem')(s) : infix('%', s)),
  max: (s) => extremum('max', s),
  min: (s) => extremum('min', s),
  equal: (s) => infix('==', s),
  less: (s) => infix('<', s),
  lessEqual: (s) => infix('<=', s),
  and: (s) => infix('&', s),
  or: (s) => infix('|', s),
  xor: (s) => infix(s.operand === 'bool' ? '!=' : '^', s),
  shiftLeft: (s) => wrapped(s, `(${s.operands[0]} << ${amount(s)})`),
  shiftRight: (s) => `(${s.operands[0]} >> ${amount(s)})`,
  select: (s) => `select(${s.operands[2]}, ${s.operands[1]}, ${s.operands[0]})`,
};

function formula(name: FormulaName): Code {
  return (s) => `${formulaFunction(s.module, name)}(${s.operands.join(', ')})`;
}

function call(name: string, { operands }: ScalarSite): string {
  return `${name}(${operands.join(', ')})`;
}

function infix(operator: string, { operands: [x, y] }: ScalarSite): string {
  return `(${x} ${operator} ${y})`;
}

/**
 * Returns a uint8 result modulo 256, for instructions whose u32 result may exceed 255. Other dtypes are returned
 * unchanged.
 */
function wrapped({ result }: ScalarSite, text: string): string {
  return result === 'uint8' ? `(${text} & 255u)` : text;
}

function extremum(name: 'max' | 'min', s: ScalarSite): string {
  if (isFloat(s.operand)) return `${extremumFunction(s.module, name)}(${s.operands.join(', ')})`;
  return s.operand === 'bool' ? infix(name === 'max' ? '|' : '&', s) : call(name, s);
}

/**
 * Returns the number of bits to shift by, modulo the bit width of the dtype, because WGSL does not allow larger
 * numbers.
 */
function amount({ operands: [, bits], result }: ScalarSite): string {
  return `(u32(${bits}) & ${result === 'uint8' ? 7 : 31}u)`;
}

function convert({ operands: [x], operand: from, result: to, module }: ScalarSite): string {
  if (from === to) return x;
  if (to === 'bool')
    return isFloat(from) ? `((bitcast<u32>(${x}) & 0x7fffffffu) != 0u)` : `(${x} != ${valueType(from)}(0))`;
  if (from === 'bool') return `select(${valueType(to)}(0), ${valueType(to)}(1), ${x})`;
  if (to === 'float32' || (to === 'float16' && from === 'uint8')) return `f32(${x})`;
  if (to === 'float16') return `${halfFunction(module)}(f32(${x}))`;
  if (isFloat(from)) {
    const saturated = `${saturatingFunction(module, to === 'int32' ? 'i32' : 'u32')}(${x})`;
    return to === 'uint8' ? `min(${saturated}, 255u)` : saturated;
  }
  const converted = valueType(from) === valueType(to) ? x : `${valueType(to)}(${x})`;
  return to === 'uint8' ? `(${converted} & 255u)` : converted;
}
