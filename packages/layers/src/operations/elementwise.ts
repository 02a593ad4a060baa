import * as core from '@manabi/core';
import {
  abs,
  add,
  astype,
  type DType,
  div,
  exp,
  isTensor,
  log,
  log1p,
  logicalAnd,
  maximum,
  mul,
  negative,
  scalar,
  sub,
  type Tensor,
  type TensorLike,
  where,
} from '@manabi/core';
import type { Given } from './given.ts';
import { binary, isIntegral, type Operator, unary, withOptions } from './operator.ts';

/** Elementwise operators of `keras.ops`, by class name. */
export const elementwise = {
  Abs: unary(abs),
  Absolute: unary(abs),
  Add: binary(add),
  Arccos: unary(core.arccos),
  Arccosh: unary(core.arccosh),
  Arcsin: unary(core.arcsin),
  Arcsinh: unary(core.arcsinh),
  Arctan: unary(core.arctan),
  Arctan2: binary(core.arctan2),
  Arctanh: unary(core.arctanh),
  BitwiseAnd: binary(core.bitwiseAnd, ['x', 'y']),
  BitwiseOr: binary(core.bitwiseOr, ['x', 'y']),
  BitwiseXor: binary(core.bitwiseXor, ['x', 'y']),
  Cast: withOptions((x, given) => cast(x, given), 'core'),
  Cbrt: unary((x) => mul(core.sign(x), core.power(abs(x), 1 / 3))),
  Ceil: unary(core.ceil),
  Clip: withOptions((x, given) => clip(x, given)),
  ConvertToTensor: withOptions((x, given) => cast(x, given), 'core'),
  Copy: unary((x) => x),
  Cos: unary(core.cos),
  Cosh: unary(core.cosh),
  Deg2rad: unary((x) => mul(x, Math.PI / 180)),
  Divide: binary(div),
  DivideNoNan: binary(divideNoNan),
  Equal: binary(core.equal),
  Erf: unary(core.erf, 'math'),
  Erfc: unary((x) => sub(1, core.erf(x)), 'math'),
  Exp: unary(exp),
  Exp2: unary((x) => core.power(2, x)),
  Expm1: unary(core.expm1),
  Fabs: unary(abs),
  Floor: unary(core.floor),
  FloorDivide: binary(core.floorDivide),
  Fmod: binary(core.fmod),
  Greater: binary(core.greater),
  GreaterEqual: binary(core.greaterEqual),
  Hypot: binary((x, y) => core.sqrt(add(core.square(x), core.square(y)))),
  Isfinite: unary(core.isfinite),
  Isinf: unary(core.isinf),
  Isnan: unary(core.isnan),
  LeftShift: binary(core.leftShift, ['x', 'y']),
  Less: binary(core.less),
  LessEqual: binary(core.lessEqual),
  Log: unary(log),
  Log10: unary((x) => mul(log(x), Math.LOG10E)),
  Log1p: unary(log1p),
  Log2: unary((x) => mul(log(x), Math.LOG2E)),
  Logaddexp: binary((x, y) => add(maximum(x, y), log1p(exp(negative(abs(sub(x, y))))))),
  LogicalAnd: binary(logicalAnd),
  LogicalNot: unary(core.logicalNot),
  LogicalOr: binary(core.logicalOr),
  LogicalXor: binary((x, y) => core.notEqual(core.logicalNot(x), core.logicalNot(y))),
  Maximum: binary(maximum),
  Minimum: binary(core.minimum),
  Mod: binary(core.mod),
  Multiply: binary(mul),
  NanToNum: withOptions((x, given) => nanToNum(x, given)),
  Negative: unary(negative),
  NotEqual: binary(core.notEqual),
  Power: binary(core.power),
  Rad2deg: unary((x) => mul(x, 180 / Math.PI)),
  Reciprocal: unary(core.reciprocal),
  RightShift: binary(core.rightShift, ['x', 'y']),
  Round: withOptions((x, given) => round(x, given.integer('decimals', 0))),
  Rsqrt: unary(core.rsqrt, 'math'),
  Sign: unary(core.sign),
  Sin: unary(core.sin),
  Sinh: unary(core.sinh),
  Sqrt: unary(core.sqrt),
  Square: unary(core.square),
  StopGradient: {
    ...unary(core.stopGradient, 'core'),
    call: ['variable'],
    compute: (given) => core.stopGradient(given.tensor('variable')),
  },
  Subtract: binary(sub),
  Tan: unary(core.tan),
  Tanh: unary(core.tanh),
  TrueDivide: binary(div),
  Trunc: unary((x) => where(core.less(x, 0), core.ceil(x), core.floor(x))),
  Where: {
    module: 'numpy',
    call: ['condition', 'x1', 'x2'],
    compute: (given) => where(given.operand('condition'), ...given.pair('x1', 'x2')),
  },
} satisfies Readonly<Record<string, Operator>>;

function cast(x: Tensor, given: Given): Tensor {
  given.only('sparse', false);
  given.only('ragged', false);
  const dtype: DType | null = given.dtype();
  return dtype === null ? x : astype(x, dtype);
}

function clip(x: Tensor, given: Given): Tensor {
  const [low, high] = ['xMin', 'xMax'].map((name) => (given.has(name) ? given.operand(name) : null));
  const isFloat = [low, high].some((bound) => typeof bound === 'number' && !Number.isInteger(bound));
  return core.clip(isFloat && isIntegral(x) ? astype(x, 'float32') : x, low, high);
}

function divideNoNan(x: TensorLike, y: TensorLike): Tensor {
  const isZero = core.equal(y, 0);
  return where(isZero, 0, div(x, where(isZero, 1, y)));
}

/** Largest finite float32. */
const LARGEST = 3.4028234663852886e38;

function nanToNum(x: Tensor, given: Given): Tensor {
  const finite = where(core.isnan(x), given.number('nan', 0), x);
  const isUp = logicalAnd(core.isinf(x), core.greater(x, 0));
  const isDown = logicalAnd(core.isinf(x), core.less(x, 0));
  return where(isDown, given.number('neginf', -LARGEST), where(isUp, given.number('posinf', LARGEST), finite));
}

function round(x: Tensor, decimals: number): Tensor {
  if (decimals === 0) return isIntegral(x) ? x : core.round(x);
  const factor = 10 ** decimals;
  return div(core.round(mul(x, factor)), factor);
}

/** Returns a tensor of zeros or ones, or of another number, with the shape of x. */
export function filledLike(x: Tensor, value: TensorLike, dtype: DType | null): Tensor {
  const filled = isTensor(value) ? value : scalar(value, { dtype: dtype ?? x.dtype });
  return core.broadcastTo(dtype === null ? astype(filled, x.dtype) : astype(filled, dtype), x.shape);
}
