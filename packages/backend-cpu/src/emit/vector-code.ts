import { type FormulaName, formulas } from '@manabi/compiler';
import { type DType, isFloat, type ScalarOp } from '@manabi/ir';
import type { Emit, FunctionBuilder, LocalId, OperationName } from '../wasm/index.ts';
import { roundVector } from './half.ts';
import { type Expression, localValue, writeExpression } from './math/expression.ts';
import { divideInt32, divideUint32, remainderInt32, remainderUint32 } from './math/integer-division.ts';
import { vectorAlgebra } from './math/vector-algebra.ts';
import type { ModuleSupport } from './support.ts';

/**
 * A scalar instruction to write for four lanes, with its operands and dtypes. Each operand is code that pushes a
 * vector; it may be written several times.
 */
export interface VectorSite {
  readonly f: FunctionBuilder;
  readonly operands: readonly Emit[];
  /**
   * For each operand, code that pushes it as one i32, for shifts of all lanes by the same number of bits; null if the
   * operand differs between lanes.
   */
  readonly uniform: readonly (Emit | null)[];
  /** Whether each operand is known not to be NaN. */
  readonly notNaN: readonly boolean[];
  readonly operand: DType;
  readonly result: DType;
  readonly support: ModuleSupport;
}

/**
 * Function that writes code which leaves the vector of results on the stack. Returns false, and writes nothing, if the
 * instruction cannot run on vectors.
 */
type Code = (site: VectorSite) => boolean;

/** For each scalar instruction, a function that writes code for vectors of float32, float16, int32, uint32, uint8 and bool. */
export const vectorCode: { readonly [K in ScalarOp]: Code } = {
  neg: (s) => (isFloat(s.operand) ? unary(s, 'f32x4.neg') : wrapped(s, () => unary(s, 'i32x4.neg'))),
  abs: (s) =>
    isFloat(s.operand) ? unary(s, 'f32x4.abs') : s.operand === 'int32' ? unary(s, 'i32x4.abs') : done(push(s, 0)),
  sign: (s) => {
    if (isFloat(s.operand)) {
      // 1 with the sign of x if x < 0 or x > 0, otherwise x (zero or NaN).
      s.f.f32x4(1);
      push(s, 0).f.i32x4(-0x80000000).op('v128.and', 'v128.or');
      push(s, 0);
      push(s, 0).f.f32x4(0).op('f32x4.lt');
      push(s, 0).f.f32x4(0).op('f32x4.gt', 'v128.or', 'v128.bitselect');
    } else if (s.operand === 'int32') {
      push(s, 0).f.i32(31).op('i32x4.shr_s');
      push(s, 0).f.i32x4(0).op('i32x4.ne', 'i32x4.neg', 'v128.or');
    } else {
      push(s, 0).f.i32x4(0).op('i32x4.ne', 'i32x4.neg');
    }
    return true;
  },
  floor: (s) => unary(s, 'f32x4.floor'),
  ceil: (s) => unary(s, 'f32x4.ceil'),
  round: (s) => unary(s, 'f32x4.nearest'),
  sqrt: (s) => unary(s, 'f32x4.sqrt'),
  exp: math('exp'),
  exp2: math('exp2'),
  expm1: math('expm1'),
  log: math('log'),
  log1p: math('log1p'),
  sin: math('sin'),
  cos: math('cos'),
  tan: math('tan'),
  asin: math('asin'),
  atan: math('atan'),
  tanh: math('tanh'),
  sigmoid: math('sigmoid'),
  erf: math('erf'),
  pow: math('pow'),
  isNaN: (s) => done(push(push(s, 0), 0).f.op('f32x4.ne')),
  isInf: (s) => done(push(s, 0).f.op('f32x4.abs').f32x4(Number.POSITIVE_INFINITY).op('f32x4.eq')),
  not: (s) => (s.operand === 'uint8' ? done(push(s, 0).f.i32x4(255).op('v128.xor')) : unary(s, 'v128.not')),
  cast: (s) => convert(push(s, 0)),
  bitcast: (s) => done(push(s, 0)),
  add: arithmetic('add'),
  sub: arithmetic('sub'),
  mul: arithmetic('mul'),
  div: (s) => {
    if (isFloat(s.operand)) return binary(s, 'f32x4.div');
    return expression(s, s.operand === 'int32' ? divideInt32 : divideUint32);
  },
  rem: (s) => {
    if (isFloat(s.operand)) return math('rem')(s);
    return expression(s, s.operand === 'int32' ? remainderInt32 : remainderUint32);
  },
  max: extremum('max', 'v128.or'),
  min: extremum('min', 'v128.and'),
  equal: (s) => binary(s, isFloat(s.operand) ? 'f32x4.eq' : 'i32x4.eq'),
  less: comparison('lt'),
  lessEqual: comparison('le'),
  and: (s) => binary(s, 'v128.and'),
  or: (s) => binary(s, 'v128.or'),
  xor: (s) => binary(s, 'v128.xor'),
  shiftLeft: (s) => shift(s, 'i32x4.shl') && wrapped(s, () => true),
  shiftRight: (s) => shift(s, s.result === 'int32' ? 'i32x4.shr_s' : 'i32x4.shr_u'),
  select: (s) => done(push(push(push(s, 1), 2), 0).f.op('v128.bitselect')),
};

function push(s: VectorSite, operand: number): VectorSite {
  s.operands[operand](s.f);
  return s;
}

function done(_: unknown): true {
  return true;
}

function unary(s: VectorSite, name: OperationName): true {
  return done(push(s, 0).f.op(name));
}

function binary(s: VectorSite, name: OperationName): true {
  return done(push(push(s, 0), 1).f.op(name));
}

/**
 * Writes an instruction whose results may be outside the range of uint8; if the dtype is uint8, also writes code that
 * wraps the results to 0 … 255.
 */
function wrapped(s: VectorSite, write: () => boolean): boolean {
  if (!write()) return false;
  if (s.result === 'uint8') s.f.i32x4(255).op('v128.and');
  return true;
}

function math(name: FormulaName): Code {
  return (s) => expression(s, (...operands) => formulas[name](vectorAlgebra(s.support.module), ...operands));
}

function expression(s: VectorSite, make: (...operands: [Expression, Expression]) => Expression): true {
  const locals = s.operands.map((operand): LocalId => {
    const local = s.f.local('v128');
    operand(s.f);
    s.f.set(local);
    return local;
  });
  writeExpression(s.f, make(localValue(locals[0]), localValue(locals[locals.length - 1])));
  return true;
}

function arithmetic(name: 'add' | 'sub' | 'mul'): Code {
  return (s) => wrapped(s, () => binary(s, isFloat(s.operand) ? `f32x4.${name}` : `i32x4.${name}`));
}

function comparison(name: 'lt' | 'le'): Code {
  return (s) => binary(s, isFloat(s.operand) ? `f32x4.${name}` : `i32x4.${name}_${s.operand === 'int32' ? 's' : 'u'}`);
}

function extremum(name: 'max' | 'min', onBool: OperationName): Code {
  return (s) => {
    if (s.operand === 'bool') return binary(s, onBool);
    if (!isFloat(s.operand)) return binary(s, `i32x4.${name}_${s.operand === 'int32' ? 's' : 'u'}`);
    // The fast instructions compare two operands; if either is NaN, they return the first one.
    if (s.notNaN[1]) return binary(s, `f32x4.p${name}`);
    if (s.notNaN[0]) return done(push(push(s, 1), 0).f.op(`f32x4.p${name}`));
    push(s, 1);
    push(push(s, 0), 1).f.op(`f32x4.p${name}`);
    return done(push(push(s, 1), 1).f.op('f32x4.ne', 'v128.bitselect'));
  };
}

function shift(s: VectorSite, name: 'i32x4.shl' | 'i32x4.shr_s' | 'i32x4.shr_u'): boolean {
  const amount = s.uniform[1];
  if (amount === null) return false;
  amount(push(s, 0).f);
  if (s.result === 'uint8') s.f.i32(7).op('i32.and');
  s.f.op(name);
  return true;
}

/** Writes code that converts the vector on the stack from the dtype of the operand to the dtype of the result. */
function convert({ f, operand: from, result: to }: VectorSite): boolean {
  if (from === to) return true;
  switch (to) {
    case 'bool':
      if (isFloat(from)) f.f32x4(0).op('f32x4.ne');
      else f.i32x4(0).op('i32x4.ne');
      return true;
    case 'float32':
    case 'float16':
      // A mask is 0 or -1.
      if (from === 'bool') f.f32x4(1).op('v128.and');
      else if (!isFloat(from)) f.op(from === 'uint32' ? 'f32x4.convert_i32x4_u' : 'f32x4.convert_i32x4_s');
      if (to === 'float16' && from !== 'bool' && from !== 'uint8') roundVector(f);
      return true;
    case 'float64':
      return false;
    case 'int32':
    case 'uint32':
    case 'uint8':
      if (isFloat(from)) {
        // Engines convert to unsigned numbers in about twice as many instructions.
        f.op(to === 'uint32' ? 'i32x4.trunc_sat_f32x4_u' : 'i32x4.trunc_sat_f32x4_s');
        if (to === 'uint8') f.i32x4(0).op('i32x4.max_s').i32x4(255).op('i32x4.min_s');
      } else if (from === 'bool') f.op('i32x4.neg');
      else if (to === 'uint8') f.i32x4(255).op('v128.and');
      return true;
  }
}
