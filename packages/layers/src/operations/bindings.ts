import * as core from '@manabi/core';

/** A call of an operator: its options in Keras, and its arguments, in order. */
export interface BoundCall {
  readonly operator: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly args: readonly unknown[];
}

/** Converts the arguments of a function of `core` to a call of an operator. */
export type Binding = (...args: readonly unknown[]) => BoundCall;

const plain =
  (operator: string, count: number): Binding =>
  (...args) => ({ operator, options: {}, args: args.slice(0, count) });

const unary = (operator: string): Binding => plain(operator, 1);
const binary = (operator: string): Binding => plain(operator, 2);

const reduction =
  (operator: string): Binding =>
  (x, axis = null, options = {}) => ({
    operator,
    options: { axis, keepdims: optionOf(options, 'keepdims', false) },
    args: [x],
  });

/** Returns an operator whose second argument is an option with a default. */
const withOption =
  (operator: string, name: string, fallback: unknown): Binding =>
  (x, value = fallback) => ({ operator, options: { [name]: value }, args: [x] });

const withFields =
  (operator: string, fields: Readonly<Record<string, readonly [field: string, fallback: unknown]>>): Binding =>
  (x, options = {}) => ({
    operator,
    options: Object.fromEntries(
      Object.entries(fields).map(([name, [field, fallback]]) => [name, optionOf(options, field, fallback)]),
    ),
    args: [x],
  });

function optionOf(options: unknown, name: string, fallback: unknown): unknown {
  if (typeof options !== 'object' || options === null) return fallback;
  const value: unknown = Reflect.get(options, name);
  return value === undefined ? fallback : value;
}

/** Functions of `core`, with the operators that compute the same. */
export const bindings: ReadonlyMap<unknown, Binding> = new Map<unknown, Binding>([
  [core.abs, unary('Absolute')],
  [core.add, binary('Add')],
  [core.all, reduction('All')],
  [core.any, reduction('Any')],
  [core.arccos, unary('Arccos')],
  [core.arccosh, unary('Arccosh')],
  [core.arcsin, unary('Arcsin')],
  [core.arcsinh, unary('Arcsinh')],
  [core.arctan, unary('Arctan')],
  [core.arctan2, binary('Arctan2')],
  [core.arctanh, unary('Arctanh')],
  [core.argmax, reduction('Argmax')],
  [core.argmin, reduction('Argmin')],
  [core.argsort, withOption('Argsort', 'axis', -1)],
  [core.astype, withOption('Cast', 'dtype', 'float32')],
  [core.ceil, unary('Ceil')],
  [core.clip, (x, xMin = null, xMax = null) => ({ operator: 'Clip', options: { xMin, xMax }, args: [x] })],
  [core.concatenate, withOption('Concatenate', 'axis', 0)],
  [core.cos, unary('Cos')],
  [core.cosh, unary('Cosh')],
  [core.cumsum, withOption('Cumsum', 'axis', null)],
  [core.div, binary('Divide')],
  [core.dot, binary('Dot')],
  [core.einsum, (subscripts, ...args) => ({ operator: 'Einsum', options: { subscripts }, args })],
  [core.elu, withFields('Elu', { alpha: ['alpha', 1] })],
  [core.equal, binary('Equal')],
  [core.erf, unary('Erf')],
  [core.exp, unary('Exp')],
  [core.exp2, unary('Exp2')],
  [core.expandDims, withOption('ExpandDims', 'axis', 0)],
  [core.expm1, unary('Expm1')],
  [core.flip, withOption('Flip', 'axis', null)],
  [core.floor, unary('Floor')],
  [core.floorDivide, binary('FloorDivide')],
  [core.gelu, withFields('Gelu', { approximate: ['approximate', false] })],
  [core.greater, binary('Greater')],
  [core.greaterEqual, binary('GreaterEqual')],
  [core.index, (x, ...items) => ({ operator: 'GetItem', options: {}, args: [x, items.map(rangeOf)] })],
  [core.isfinite, unary('Isfinite')],
  [core.isinf, unary('Isinf')],
  [core.isnan, unary('Isnan')],
  [core.less, binary('Less')],
  [core.lessEqual, binary('LessEqual')],
  [core.log, unary('Log')],
  [core.log10, unary('Log10')],
  [core.log1p, unary('Log1p')],
  [core.log2, unary('Log2')],
  [core.logicalAnd, binary('LogicalAnd')],
  [core.logicalNot, unary('LogicalNot')],
  [core.logicalOr, binary('LogicalOr')],
  [core.logicalXor, binary('LogicalXor')],
  [core.logSigmoid, unary('LogSigmoid')],
  [core.logSoftmax, withOption('LogSoftmax', 'axis', -1)],
  [core.logsumexp, reduction('Logsumexp')],
  [core.matmul, binary('Matmul')],
  [core.max, reduction('Max')],
  [core.maximum, binary('Maximum')],
  [core.mean, reduction('Mean')],
  [core.min, reduction('Min')],
  [core.minimum, binary('Minimum')],
  [core.mod, binary('Mod')],
  [core.moveaxis, (x, source, destination) => ({ operator: 'Moveaxis', options: { source, destination }, args: [x] })],
  [core.mul, binary('Multiply')],
  [core.negative, unary('Negative')],
  [core.notEqual, binary('NotEqual')],
  [core.onesLike, unary('OnesLike')],
  [core.power, binary('Power')],
  [core.prod, reduction('Prod')],
  [core.ravel, unary('Ravel')],
  [core.reciprocal, unary('Reciprocal')],
  [core.relu, unary('Relu')],
  [core.relu6, unary('Relu6')],
  [core.repeat, (x, repeats, axis = null) => ({ operator: 'Repeat', options: { repeats, axis }, args: [x] })],
  [core.reshape, withOption('Reshape', 'newshape', [])],
  [core.round, withFields('Round', { decimals: ['decimals', 0] })],
  [core.rsqrt, unary('Rsqrt')],
  [core.selu, unary('Selu')],
  [core.sigmoid, unary('Sigmoid')],
  [core.sign, unary('Sign')],
  [core.silu, unary('Silu')],
  [core.sin, unary('Sin')],
  [core.sinh, unary('Sinh')],
  [core.softmax, withOption('Softmax', 'axis', -1)],
  [core.softplus, unary('Softplus')],
  [core.softsign, unary('Softsign')],
  [core.sort, withOption('Sort', 'axis', -1)],
  [core.sqrt, unary('Sqrt')],
  [core.square, unary('Square')],
  [core.squeeze, withOption('Squeeze', 'axis', null)],
  [core.stack, withOption('Stack', 'axis', 0)],
  [core.stopGradient, unary('StopGradient')],
  [core.sub, binary('Subtract')],
  [core.sum, reduction('Sum')],
  [core.swapaxes, (x, axis1, axis2) => ({ operator: 'Swapaxes', options: { axis1, axis2 }, args: [x] })],
  [core.take, (x, indices, axis = null) => ({ operator: 'Take', options: { axis }, args: [x, indices] })],
  [core.tan, unary('Tan')],
  [core.tanh, unary('Tanh')],
  [core.tile, withOption('Tile', 'repeats', [])],
  [core.transpose, withOption('Transpose', 'axes', null)],
  [core.tril, withOption('Tril', 'k', 0)],
  [core.triu, withOption('Triu', 'k', 0)],
  [core.trunc, unary('Trunc')],
  [core.where, plain('Where', 3)],
  [core.zerosLike, unary('ZerosLike')],
]);

/** Returns an item of an index; a range of `index` is a list of up to three numbers. */
function rangeOf(item: unknown): unknown {
  if (item === '...') return { ellipsis: true };
  if (!Array.isArray(item)) return item;
  const [start = null, stop = null, step = null]: readonly unknown[] = item;
  return { range: [start, stop, step] };
}
