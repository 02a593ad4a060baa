import * as mb from '@manabi/core';
import { elementKinds } from '@manabi/data/internal';
import { tensorValue } from '../values.ts';
import type { Op, OpContext } from './context.ts';

type Tensor = mb.Tensor;

const unary =
  (f: (x: Tensor) => Tensor): Op =>
  (context) => [tensorValue(f(context.x(0)))];

const binary =
  (f: (x: Tensor, y: Tensor) => Tensor): Op =>
  (context) => [tensorValue(f(context.x(0), context.x(1)))];

const isFloat = ({ dtype }: Tensor): boolean => dtype.startsWith('float');

/** Rounds halves to even numbers, as TensorFlow does. */
const round = (x: Tensor): Tensor => (isFloat(x) ? mb.round(x) : x);

const divide = (context: OpContext): Tensor => {
  const [x, y] = [context.x(0), context.x(1)];
  if (isFloat(x)) return mb.div(x, y);
  throw context.unsupported('integers are divided; only floats are supported');
};

const biasAdd = (context: OpContext): Tensor => {
  const [x, bias] = [context.x(0), context.x(1)];
  if (context.text('data_format', 'NHWC') !== 'NCHW') return mb.add(x, bias);
  return mb.add(x, mb.reshape(bias, [-1, ...new Array<number>(x.shape.length - 2).fill(1)]));
};

const select = (context: OpContext): Tensor => {
  const [condition, x, y] = context.tensors();
  const isPerRow = context.node.op === 'Select' && condition.shape.length === 1 && x.shape.length > 1;
  const shape = [condition.shape[0], ...new Array<number>(Math.max(0, x.shape.length - 1)).fill(1)];
  return mb.where(isPerRow ? mb.reshape(condition, shape) : condition, x, y);
};

const cast: Op = (context) => {
  const { name, kind } = context.element('DstT');
  const input = context.input(0);
  if (kind === null) throw context.unsupported(`the element type ${name} is unsupported`);
  if (input.kind === 'host') {
    const isInteger = !name.includes('float');
    const convert = (value: number): number =>
      name === 'bool' ? Number(value !== 0) : isInteger ? Math.trunc(value) : value;
    return [{ ...input, element: { name, kind }, data: input.data.map(convert) }];
  }
  return [tensorValue(mb.astype(context.x(0), elementKinds[kind].dtype))];
};

/** Operations on single elements. */
export const elementwiseOps: Readonly<Record<string, Op>> = {
  Abs: unary(mb.abs),
  Acos: unary(mb.arccos),
  Acosh: unary(mb.arccosh),
  Asin: unary(mb.arcsin),
  Asinh: unary(mb.arcsinh),
  Atan: unary(mb.arctan),
  Atanh: unary(mb.arctanh),
  Bitcast: (context) => {
    const { name, kind } = context.element('type');
    if (kind === null) throw context.unsupported(`the element type ${name} is unsupported`);
    return [tensorValue(mb.bitcast(context.x(0), elementKinds[kind].dtype))];
  },
  BitwiseAnd: binary(mb.bitwiseAnd),
  BitwiseOr: binary(mb.bitwiseOr),
  BitwiseXor: binary(mb.bitwiseXor),
  Ceil: unary(mb.ceil),
  Cos: unary(mb.cos),
  Cosh: unary(mb.cosh),
  Elu: unary(mb.elu),
  Erf: unary(mb.erf),
  Erfc: unary((x) => mb.sub(1, mb.erf(x))),
  Exp: unary(mb.exp),
  Expm1: unary(mb.expm1),
  Floor: unary(mb.floor),
  Inv: unary(mb.reciprocal),
  Invert: unary(mb.bitwiseNot),
  IsFinite: unary(mb.isfinite),
  IsInf: unary(mb.isinf),
  IsNan: unary(mb.isnan),
  LeakyRelu: (context) => [tensorValue(mb.leakyRelu(context.x(0), { alpha: context.float('alpha', 0.2) }))],
  Log: unary(mb.log),
  Log1p: unary(mb.log1p),
  LogSoftmax: unary((x) => mb.logSoftmax(x, -1)),
  LogicalNot: unary(mb.logicalNot),
  Neg: unary(mb.negative),
  OnesLike: unary((x) => mb.onesLike(x)),
  Reciprocal: unary(mb.reciprocal),
  Relu: unary(mb.relu),
  Relu6: unary(mb.relu6),
  Rint: unary(round),
  Round: unary(round),
  Rsqrt: unary(mb.rsqrt),
  Selu: unary(mb.selu),
  Sigmoid: unary(mb.sigmoid),
  Sign: unary(mb.sign),
  Sin: unary(mb.sin),
  Sinh: unary(mb.sinh),
  Softmax: unary((x) => mb.softmax(x, -1)),
  Softplus: unary(mb.softplus),
  Softsign: unary(mb.softsign),
  Sqrt: unary(mb.sqrt),
  Square: unary(mb.square),
  Tan: unary(mb.tan),
  Tanh: unary(mb.tanh),
  ZerosLike: unary((x) => mb.zerosLike(x)),
  Add: binary(mb.add),
  AddN: (context) => [tensorValue(context.tensors().reduce((sum, x) => mb.add(sum, x)))],
  AddV2: binary(mb.add),
  Atan2: binary(mb.arctan2),
  BiasAdd: (context) => [tensorValue(biasAdd(context))],
  Div: (context) => [tensorValue(divide(context))],
  DivNoNan: binary((x, y) => mb.where(mb.equal(y, 0), mb.zerosLike(y), mb.div(x, mb.where(mb.equal(y, 0), 1, y)))),
  Equal: binary(mb.equal),
  FloorDiv: binary(mb.floorDivide),
  FloorMod: binary(mb.mod),
  Greater: binary(mb.greater),
  GreaterEqual: binary(mb.greaterEqual),
  Less: binary(mb.less),
  LessEqual: binary(mb.lessEqual),
  LogicalAnd: binary(mb.logicalAnd),
  LogicalOr: binary(mb.logicalOr),
  Maximum: binary(mb.maximum),
  Minimum: binary(mb.minimum),
  Mul: binary(mb.mul),
  MulNoNan: binary((x, y) => mb.where(mb.equal(y, 0), mb.zerosLike(y), mb.mul(x, y))),
  NotEqual: binary(mb.notEqual),
  Pow: binary(mb.power),
  RealDiv: (context) => [tensorValue(divide(context))],
  SquaredDifference: binary((x, y) => mb.square(mb.sub(x, y))),
  Sub: binary(mb.sub),
  TruncateMod: binary(mb.fmod),
  Cast: cast,
  ClipByValue: (context) => [tensorValue(mb.clip(context.x(0), context.x(1), context.x(2)))],
  Select: (context) => [tensorValue(select(context))],
  SelectV2: (context) => [tensorValue(select(context))],
};
