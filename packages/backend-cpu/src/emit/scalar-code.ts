import type { FormulaName } from '@manabi/compiler';
import { type DType, isFloat, type ScalarOp } from '@manabi/ir';
import type { Emit, FunctionBuilder, OperationName } from '../wasm/index.ts';
import { elementCode } from './element.ts';
import { demoteToOdd, roundScalar } from './half.ts';
import { float32ScalarFunction, float64Function, type ModuleSupport } from './support.ts';

/**
 * A scalar instruction to write, with its operands and dtypes. Each operand is code that pushes one value; it may be
 * written several times.
 */
export interface ScalarSite {
  readonly f: FunctionBuilder;
  readonly operands: readonly Emit[];
  /** Dtype of the last operand. */
  readonly operand: DType;
  readonly result: DType;
  readonly support: ModuleSupport;
}

type Code = (site: ScalarSite) => void;

/** For each scalar instruction, a function that writes code for single values, which leaves the result on the stack. */
export const scalarCode: { readonly [K in ScalarOp]: Code } = {
  neg: (s) => {
    if (isFloat(s.operand)) push(s, 0).f.op(`${float(s)}.neg`);
    else wrapped(s, () => push(zero(s), 0).f.op('i32.sub'));
  },
  abs: (s) => {
    if (isFloat(s.operand)) push(s, 0).f.op(`${float(s)}.abs`);
    else if (s.operand !== 'int32') push(s, 0);
    else {
      push(zero(s), 0).f.op('i32.sub');
      push(push(s, 0), 0).f.i32(0).op('i32.lt_s', 'select');
    }
  },
  sign: (s) => {
    if (!isFloat(s.operand)) {
      if (s.operand === 'int32') push(s, 0).f.i32(31).op('i32.shr_s');
      push(s, 0).f.i32(0).op('i32.ne');
      if (s.operand === 'int32') s.f.op('i32.or');
      return;
    }
    const w = float(s);
    constant(s, 1);
    constant(s, -1);
    push(s, 0);
    constant(push(s, 0), 0).f.op(`${w}.lt`, 'select');
    constant(push(s, 0), 0).f.op(`${w}.gt`, 'select');
  },
  floor: (s) => push(s, 0).f.op(`${float(s)}.floor`),
  ceil: (s) => push(s, 0).f.op(`${float(s)}.ceil`),
  round: (s) => push(s, 0).f.op(`${float(s)}.nearest`),
  sqrt: (s) => push(s, 0).f.op(`${float(s)}.sqrt`),
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
  isNaN: (s) => push(push(s, 0), 0).f.op(`${float(s)}.ne`),
  isInf: (s) => {
    push(s, 0).f.op(`${float(s)}.abs`);
    constant(s, Number.POSITIVE_INFINITY).f.op(`${float(s)}.eq`);
  },
  not: (s) =>
    push(s, 0)
      .f.i32(s.operand === 'bool' ? 1 : s.operand === 'uint8' ? 255 : -1)
      .op('i32.xor'),
  cast: (s) => convert(push(s, 0)),
  bitcast: (s) => {
    push(s, 0);
    const [from, to] = [elementCode[s.operand].local, elementCode[s.result].local];
    if (from === 'f32' && to === 'i32') s.f.op('i32.reinterpret_f32');
    if (from === 'i32' && to === 'f32') s.f.op('f32.reinterpret_i32');
  },
  add: arithmetic('add'),
  sub: arithmetic('sub'),
  mul: arithmetic('mul'),
  div: (s) => {
    if (isFloat(s.operand)) both(s, `${float(s)}.div`);
    else if (s.operand === 'int32') signedDivision(s);
    else {
      push(s, 1).f.if(
        () => both(s, 'i32.div_u'),
        () => push(s, 0),
        'i32',
      );
    }
  },
  rem: (s) => {
    if (isFloat(s.operand)) math('rem')(s);
    else if (s.operand === 'int32') signedRemainder(s);
    else {
      push(s, 1).f.if(
        () => both(s, 'i32.rem_u'),
        () => s.f.i32(0),
        'i32',
      );
    }
  },
  max: extremum('max', 'gt', 'i32.or'),
  min: extremum('min', 'lt', 'i32.and'),
  equal: (s) => both(s, isFloat(s.operand) ? `${float(s)}.eq` : 'i32.eq'),
  less: comparison('lt'),
  lessEqual: comparison('le'),
  and: (s) => both(s, 'i32.and'),
  or: (s) => both(s, 'i32.or'),
  xor: (s) => both(s, 'i32.xor'),
  shiftLeft: (s) => wrapped(s, () => shift(s, 'i32.shl')),
  shiftRight: (s) => shift(s, s.result === 'int32' ? 'i32.shr_s' : 'i32.shr_u'),
  select: (s) => push(push(push(s, 1), 2), 0).f.op('select'),
};

function push(s: ScalarSite, operand: number): ScalarSite {
  s.operands[operand](s.f);
  return s;
}

function zero(s: ScalarSite): ScalarSite {
  s.f.i32(0);
  return s;
}

function constant(s: ScalarSite, value: number): ScalarSite {
  if (s.operand === 'float64') s.f.f64(value);
  else s.f.f32(value);
  return s;
}

function both(s: ScalarSite, name: OperationName): void {
  push(push(s, 0), 1).f.op(name);
}

function float(s: ScalarSite): 'f32' | 'f64' {
  return s.operand === 'float64' ? 'f64' : 'f32';
}

/**
 * Writes an instruction whose result may be outside the range of uint8; if the dtype is uint8, also writes code that
 * wraps the result to 0 … 255.
 */
function wrapped(s: ScalarSite, write: () => void): void {
  write();
  if (s.result === 'uint8') s.f.i32(255).op('i32.and');
}

function math(name: FormulaName): Code {
  return (s) => {
    for (const operand of s.operands) operand(s.f);
    s.f.call(s.operand === 'float64' ? float64Function(s.support, name) : float32ScalarFunction(s.support, name));
  };
}

function arithmetic(name: 'add' | 'sub' | 'mul'): Code {
  return (s) => wrapped(s, () => both(s, `${elementCode[s.operand].local}.${name}`));
}

function comparison(name: 'lt' | 'le'): Code {
  return (s) =>
    both(s, isFloat(s.operand) ? `${float(s)}.${name}` : `i32.${name}_${s.operand === 'int32' ? 's' : 'u'}`);
}

function extremum(name: 'max' | 'min', better: 'gt' | 'lt', onBool: OperationName): Code {
  return (s) => {
    if (isFloat(s.operand)) both(s, `${float(s)}.${name}`);
    else if (s.operand === 'bool') both(s, onBool);
    else {
      push(push(s, 0), 1);
      both(s, `i32.${better}_${s.operand === 'int32' ? 's' : 'u'}`);
      s.f.op('select');
    }
  };
}

/**
 * Writes code that pushes 1 if the divisor is 0 or -1, for which the division instruction may trap, and 0 otherwise.
 */
function isSpecialDivisor(s: ScalarSite): ScalarSite {
  push(s, 1).f.i32(1).op('i32.add').i32(1).op('i32.le_u');
  return s;
}

function signedDivision(s: ScalarSite): void {
  isSpecialDivisor(s).f.if(
    () => {
      push(s, 0);
      push(zero(s), 0).f.op('i32.sub');
      push(s, 1).f.op('i32.eqz', 'select');
    },
    () => both(s, 'i32.div_s'),
    'i32',
  );
}

function signedRemainder(s: ScalarSite): void {
  isSpecialDivisor(s).f.if(
    () => s.f.i32(0),
    () => both(s, 'i32.rem_s'),
    'i32',
  );
}

function shift(s: ScalarSite, name: OperationName): void {
  push(push(s, 0), 1);
  if (s.result === 'uint8') s.f.i32(7).op('i32.and');
  s.f.op(name);
}

/** Writes code that converts the value on the stack from the dtype of the operand to the dtype of the result. */
function convert({ f, operand: from, result: to, support }: ScalarSite): void {
  if (from === to) return;
  const signed = from === 'int32' ? 's' : 'u';
  switch (to) {
    case 'bool':
      if (from === 'float64') f.f64(0).op('f64.ne');
      else if (isFloat(from)) f.f32(0).op('f32.ne');
      else f.i32(0).op('i32.ne');
      return;
    case 'float32':
      if (from === 'float64') f.op('f32.demote_f64');
      else if (!isFloat(from)) f.op(`f32.convert_i32_${signed}`);
      return;
    case 'float16':
      if (from === 'float64') demoteToOdd(f, support);
      else if (!isFloat(from)) f.op(`f32.convert_i32_${signed}`);
      if (from !== 'bool' && from !== 'uint8') roundScalar(f, support);
      return;
    case 'float64':
      f.op(isFloat(from) ? 'f64.promote_f32' : `f64.convert_i32_${signed}`);
      return;
    case 'int32':
      if (isFloat(from)) f.op(from === 'float64' ? 'i32.trunc_sat_f64_s' : 'i32.trunc_sat_f32_s');
      return;
    case 'uint32':
      if (isFloat(from)) f.op(from === 'float64' ? 'i32.trunc_sat_f64_u' : 'i32.trunc_sat_f32_u');
      return;
    case 'uint8':
      if (isFloat(from)) {
        f.op(from === 'float64' ? 'i32.trunc_sat_f64_u' : 'i32.trunc_sat_f32_u');
        saturateByte(f);
      } else if (from !== 'bool') {
        f.i32(255).op('i32.and');
      }
      return;
  }
}

/** Writes code that replaces the uint32 x on the stack by min(x, 255). */
function saturateByte(f: FunctionBuilder): void {
  const value = f.local('i32');
  f.tee(value).i32(255).get(value).i32(255).op('i32.lt_u', 'select');
}
