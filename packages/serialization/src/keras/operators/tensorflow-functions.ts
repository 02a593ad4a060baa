import { isList, isObject, type Json, type JsonObject } from '../json.ts';
import { type Argument, type Expression, op } from './expression.ts';

/** Arguments of a function of TensorFlow. */
export interface Arguments {
  /** The first argument: a tensor, a constant, or a list. */
  readonly first: Json;
  /** The other arguments, by name; null for those that are missing. */
  readonly named: (name: string) => Json;
}

/** Returns the operators of Keras 3 for a call of a function; null if Keras 3 cannot express these arguments. */
export type Convert = (given: Arguments) => Expression | null;

const unary =
  (operator: string, options: JsonObject = {}): Convert =>
  ({ first }) =>
    op(operator, [first], options);

const binary =
  (operator: string): Convert =>
  ({ first, named }) =>
    op(operator, [first, named('y')]);

const reduction =
  (operator: string): Convert =>
  ({ first, named }) =>
    op(operator, [first], { axis: axisOf(named), keepdims: (named('keepdims') ?? named('keep_dims')) === true });

function axisOf(named: Arguments['named']): Json {
  return named('axis') ?? named('reduction_indices');
}

const argument =
  (operator: string): Convert =>
  ({ first, named }) =>
    op(operator, [first], { axis: named('axis') ?? named('dimension') ?? 0, keepdims: false });

const softmax =
  (operator: string): Convert =>
  ({ first, named }) =>
    op(operator, [first], { axis: named('axis') ?? named('dim') ?? -1 });

const joined =
  (operator: string, fallback: number): Convert =>
  ({ first, named }) =>
    op(operator, [first], { axis: named('axis') ?? fallback });

const pooled =
  (operator: string): Convert =>
  ({ first, named }) => {
    const padding = named('padding');
    const format = named('data_format') ?? 'NHWC';
    if (typeof padding !== 'string' || format !== 'NHWC') return null;
    const [size, strides] = [spatial(named('ksize')), spatial(named('strides'))];
    return op(operator, [first], {
      pool_size: size,
      strides,
      padding: padding.toLowerCase(),
      data_format: 'channels_last',
    });
  };

/** Returns the lengths along the spatial axes of a list with one for each of four axes. */
function spatial(value: Json): Json {
  return isList(value) && value.length === 4 ? value.slice(1, 3) : value;
}

const transpose: Convert = ({ first, named }) => op('Transpose', [first], { axes: named('perm') });

const squeeze: Convert = ({ first, named }) => op('Squeeze', [first], { axis: named('axis') ?? named('squeeze_dims') });

const gather: Convert = ({ first, named }) => {
  if ((named('batch_dims') ?? 0) !== 0) return null;
  return op('Take', [first, asIndices(named('indices'))], { axis: named('axis') ?? 0 });
};

function asIndices(value: Json): Json {
  return isList(value) || typeof value === 'number'
    ? { class_name: '__numpy__', config: { value, dtype: 'int32' } }
    : value;
}

/** Returns a constant as an array; a number and a tensor unchanged. */
export function asConstant(value: Json): Json {
  return isList(value) ? { class_name: '__numpy__', config: { value, dtype: 'float32' } } : value;
}

const pad: Convert = ({ first, named }) => {
  const mode = String(named('mode') ?? 'CONSTANT').toLowerCase();
  if (mode !== 'constant' && mode !== 'reflect') return null;
  const value = mode === 'constant' ? [named('constant_values') ?? 0] : [];
  return op('Pad', [first, ...value], { pad_width: named('paddings'), mode });
};

const cast: Convert = ({ first, named }) => {
  const dtype = named('dtype');
  return typeof dtype === 'string' ? op('Cast', [asConstant(first)], { dtype }) : null;
};

const matmul: Convert = ({ first, named }) => {
  const known = ['adjoint_a', 'adjoint_b', 'a_is_sparse', 'b_is_sparse'];
  if (known.some((name) => named(name) === true)) return null;
  const side = (value: Json, isTransposed: Json): Argument =>
    isTransposed === true ? op('Swapaxes', [asConstant(value)], { axis1: -1, axis2: -2 }) : asConstant(value);
  return op('Matmul', [side(first, named('transpose_a')), side(named('b'), named('transpose_b'))]);
};

const squaredDifference: Convert = ({ first, named }) => op('Square', [op('Subtract', [first, named('y')])]);

const getItem: Convert = ({ first, named }) => {
  const spec = named('slice_spec');
  const convert = (item: Json): Json => {
    if (item === '...') return { class_name: '__ellipsis__', config: {} };
    if (!isObject(item) || !('start' in item)) return item;
    return { class_name: '__slice__', config: { start: item.start, stop: item.stop ?? null, step: item.step ?? null } };
  };
  return op('GetItem', [first, isList(spec) ? spec.map(convert) : [convert(spec)]]);
};

/** Converts `tf.slice` to an index; a size of -1 extends to the end of the axis. */
const slice: Convert = ({ first, named }) => {
  const [begin, size] = [named('begin'), named('size')];
  if (!isNumbers(begin) || !isNumbers(size)) return null;
  return op('GetItem', [first, begin.map((start, i) => range(start, size[i] === -1 ? null : start + size[i], null))]);
};

const stridedSlice: Convert = ({ first, named }) => {
  const [begin, end, strides] = [named('begin'), named('end'), named('strides')];
  if (!isNumbers(begin) || !isNumbers(end)) return null;
  const mask = (name: string, i: number): boolean => (Number(named(name) ?? 0) & (2 ** i)) !== 0;
  if (Number(named('ellipsis_mask') ?? 0) !== 0) return null;
  const items = begin.map((start, i) => {
    if (mask('new_axis_mask', i)) return null;
    if (mask('shrink_axis_mask', i)) return start;
    const step = isNumbers(strides) ? strides[i] : null;
    return range(mask('begin_mask', i) ? null : start, mask('end_mask', i) ? null : end[i], step);
  });
  return op('GetItem', [first, items]);
};

function range(start: number | null, stop: number | null, step: number | null): JsonObject {
  return { class_name: '__slice__', config: { start, stop, step } };
}

function isNumbers(value: Json): value is readonly number[] {
  return isList(value) && value.every((item) => typeof item === 'number');
}

/** Converts sizes of parts to the positions between them. */
const split: Convert = ({ first, named }) => {
  const sizes = named('num_or_size_splits');
  const axis = named('axis') ?? 0;
  if (typeof sizes === 'number') return op('Split', [first], { indices_or_sections: sizes, axis });
  if (!isNumbers(sizes) || sizes.includes(-1)) return null;
  const cuts = sizes.slice(0, -1).map((_, i) => sizes.slice(0, i + 1).reduce((sum, size) => sum + size, 0));
  return op('Split', [first], { indices_or_sections: cuts, axis });
};

const resize: Convert = ({ first, named }) => {
  const method = named('method') ?? 'bilinear';
  const plain = !['preserve_aspect_ratio', 'antialias', 'align_corners'].some((name) => named(name) === true);
  if (!plain || typeof method !== 'string' || !isNumbers(named('size'))) return null;
  return op('Resize', [first], {
    size: named('size'),
    interpolation: method,
    antialias: false,
    data_format: 'channels_last',
  });
};

const where: Convert = ({ first, named }) => {
  if (named('x') === null || named('y') === null) return null;
  return op('Where', [first, asConstant(named('x')), asConstant(named('y'))]);
};

const biasAdd: Convert = ({ first, named }) => {
  if ((named('data_format') ?? 'NHWC') !== 'NHWC') return null;
  return op('Add', [first, asConstant(named('bias'))]);
};

const oneHot: Convert = ({ first, named }) => {
  if ((named('on_value') ?? 1) !== 1 || (named('off_value') ?? 0) !== 0) return null;
  const dtype = named('dtype') ?? 'float32';
  return typeof dtype === 'string'
    ? op('OneHot', [first], { num_classes: named('depth'), axis: named('axis') ?? -1, dtype })
    : null;
};

const l2Normalize: Convert = ({ first, named }) => {
  const axis = named('axis') ?? named('dim');
  const sum = op('Sum', [op('Square', [first])], { axis, keepdims: true });
  return op('Multiply', [first, op('Rsqrt', [op('Maximum', [sum, named('epsilon') ?? 1e-12])])]);
};

const norm: Convert = ({ first, named }) => {
  const ord = named('ord') ?? 'euclidean';
  if (ord !== 'euclidean' && ord !== 2) return null;
  const sum = op('Sum', [op('Square', [first])], { axis: named('axis'), keepdims: named('keepdims') === true });
  return op('Sqrt', [sum]);
};

const sorted =
  (operator: string): Convert =>
  ({ first, named }) =>
    (named('direction') ?? 'ASCENDING') === 'ASCENDING' ? op(operator, [first], { axis: named('axis') ?? -1 }) : null;

const addN: Convert = ({ first }) => {
  if (!isList(first) || first.length < 2) return null;
  return first.slice(2).reduce<Expression>((sum, term) => op('Add', [sum, term]), op('Add', [first[0], first[1]]));
};

const unstack: Convert = ({ first, named }) => op('Unstack', [first], { num: named('num'), axis: named('axis') ?? 0 });

const rows: Readonly<Record<string, Convert>> = {
  __operators__add: binary('Add'),
  __operators__getitem: getItem,
  argsort: sorted('Argsort'),
  cast,
  clip_by_value: ({ first, named }) =>
    op('Minimum', [op('Maximum', [first, named('clip_value_min')]), named('clip_value_max')]),
  concat: joined('Concatenate', 0),
  convert_to_tensor: unary('Copy'),
  expand_dims: ({ first, named }) => op('ExpandDims', [first], { axis: named('axis') ?? named('dim') ?? 0 }),
  gather,
  identity: unary('Copy'),
  'image.resize': resize,
  'keras.activations.elu': ({ first, named }) => op('Elu', [first], { alpha: named('alpha') ?? 1 }),
  'keras.activations.exponential': unary('Exp'),
  'keras.activations.gelu': ({ first, named }) => op('Gelu', [first], { approximate: named('approximate') === true }),
  'keras.activations.hard_sigmoid': ({ first }) =>
    op('Clip', [op('Add', [op('Multiply', [first, 0.2]), 0.5])], { x_min: 0, x_max: 1 }),
  'keras.activations.linear': unary('Copy'),
  'keras.activations.relu': ({ first, named }) => {
    const plain = (named('alpha') ?? 0) === 0 && named('max_value') === null && (named('threshold') ?? 0) === 0;
    return plain ? op('Relu', [first]) : null;
  },
  'keras.activations.selu': unary('Selu'),
  'keras.activations.sigmoid': unary('Sigmoid'),
  'keras.activations.softmax': softmax('Softmax'),
  'keras.activations.softplus': unary('Softplus'),
  'keras.activations.softsign': unary('Softsign'),
  'keras.activations.swish': unary('Silu'),
  'keras.activations.tanh': unary('Tanh'),
  'linalg.matmul': matmul,
  'linalg.norm': norm,
  'math.abs': unary('Absolute'),
  'math.acos': unary('Arccos'),
  'math.acosh': unary('Arccosh'),
  'math.add': binary('Add'),
  'math.add_n': addN,
  'math.argmax': argument('Argmax'),
  'math.argmin': argument('Argmin'),
  'math.asin': unary('Arcsin'),
  'math.asinh': unary('Arcsinh'),
  'math.atan': unary('Arctan'),
  'math.atan2': ({ first, named }) => op('Arctan2', [first, named('x')]),
  'math.atanh': unary('Arctanh'),
  'math.ceil': unary('Ceil'),
  'math.cos': unary('Cos'),
  'math.cosh': unary('Cosh'),
  'math.cumsum': ({ first, named }) => {
    if (named('exclusive') === true || named('reverse') === true) return null;
    return op('Cumsum', [first], { axis: named('axis') ?? 0 });
  },
  'math.divide': binary('TrueDivide'),
  'math.divide_no_nan': binary('DivideNoNan'),
  'math.equal': binary('Equal'),
  'math.erf': unary('Erf'),
  'math.exp': unary('Exp'),
  'math.expm1': unary('Expm1'),
  'math.floor': unary('Floor'),
  'math.floordiv': binary('FloorDivide'),
  'math.floormod': binary('Mod'),
  'math.greater': binary('Greater'),
  'math.greater_equal': binary('GreaterEqual'),
  'math.is_finite': unary('Isfinite'),
  'math.is_inf': unary('Isinf'),
  'math.is_nan': unary('Isnan'),
  'math.l2_normalize': l2Normalize,
  'math.less': binary('Less'),
  'math.less_equal': binary('LessEqual'),
  'math.log': unary('Log'),
  'math.log1p': unary('Log1p'),
  'math.log_sigmoid': unary('LogSigmoid'),
  'math.logical_and': binary('LogicalAnd'),
  'math.logical_not': unary('LogicalNot'),
  'math.logical_or': binary('LogicalOr'),
  'math.logical_xor': binary('LogicalXor'),
  'math.maximum': binary('Maximum'),
  'math.minimum': binary('Minimum'),
  'math.multiply': binary('Multiply'),
  'math.multiply_no_nan': binary('Multiply'),
  'math.negative': unary('Negative'),
  'math.not_equal': binary('NotEqual'),
  'math.pow': binary('Power'),
  'math.reciprocal': unary('Reciprocal'),
  'math.reduce_all': reduction('All'),
  'math.reduce_any': reduction('Any'),
  'math.reduce_logsumexp': reduction('Logsumexp'),
  'math.reduce_max': reduction('Max'),
  'math.reduce_mean': reduction('Mean'),
  'math.reduce_min': reduction('Min'),
  'math.reduce_prod': reduction('Prod'),
  'math.reduce_std': reduction('Std'),
  'math.reduce_sum': reduction('Sum'),
  'math.reduce_variance': reduction('Var'),
  'math.round': unary('Round'),
  'math.rsqrt': unary('Rsqrt'),
  'math.scalar_mul': ({ first, named }) => op('Multiply', [first, named('x')]),
  'math.sigmoid': unary('Sigmoid'),
  'math.sign': unary('Sign'),
  'math.sin': unary('Sin'),
  'math.sinh': unary('Sinh'),
  'math.softplus': unary('Softplus'),
  'math.sqrt': unary('Sqrt'),
  'math.square': unary('Square'),
  'math.squared_difference': squaredDifference,
  'math.subtract': binary('Subtract'),
  'math.tan': unary('Tan'),
  'math.tanh': unary('Tanh'),
  'math.top_k': ({ first, named }) => op('TopK', [first], { k: named('k') ?? 1, sorted: true }),
  'math.truediv': binary('TrueDivide'),
  'nn.avg_pool2d': pooled('AveragePool'),
  'nn.bias_add': biasAdd,
  'nn.depth_to_space': ({ first, named }) =>
    (named('data_format') ?? 'NHWC') === 'NHWC'
      ? op('DepthToSpace', [first], { block_size: named('block_size') })
      : null,
  'nn.elu': unary('Elu'),
  'nn.gelu': ({ first, named }) => op('Gelu', [first], { approximate: named('approximate') === true }),
  'nn.leaky_relu': ({ first, named }) => op('LeakyRelu', [first], { negative_slope: named('alpha') ?? 0.2 }),
  'nn.log_softmax': softmax('LogSoftmax'),
  'nn.max_pool2d': pooled('MaxPool'),
  'nn.relu': unary('Relu'),
  'nn.relu6': unary('Relu6'),
  'nn.selu': unary('Selu'),
  'nn.silu': ({ first, named }) => ((named('beta') ?? 1) === 1 ? op('Silu', [first]) : null),
  'nn.softmax': softmax('Softmax'),
  'nn.softsign': unary('Softsign'),
  'nn.space_to_depth': ({ first, named }) =>
    (named('data_format') ?? 'NHWC') === 'NHWC'
      ? op('SpaceToDepth', [first], { block_size: named('block_size') })
      : null,
  one_hot: oneHot,
  ones_like: unary('OnesLike'),
  pad,
  repeat: ({ first, named }) => op('Repeat', [first], { repeats: named('repeats'), axis: named('axis') }),
  reshape: ({ first, named }) =>
    isNumbers(named('shape')) ? op('Reshape', [first], { newshape: named('shape') }) : null,
  reverse: ({ first, named }) => op('Flip', [first], { axis: named('axis') }),
  roll: ({ first, named }) => op('Roll', [first], { shift: named('shift'), axis: named('axis') }),
  slice,
  sort: sorted('Sort'),
  split,
  squeeze,
  stack: ({ first, named }) => op('Stack', [first], { axis: named('axis') ?? 0 }),
  stop_gradient: unary('StopGradient'),
  strided_slice: stridedSlice,
  swapaxes: ({ first, named }) => op('Swapaxes', [first], { axis1: named('axis1'), axis2: named('axis2') }),
  tensordot: ({ first, named }) => op('Tensordot', [first, asConstant(named('b'))], { axes: named('axes') }),
  tile: ({ first, named }) => op('Tile', [first], { repeats: named('multiples') }),
  transpose,
  unstack,
  where,
  zeros_like: unary('ZerosLike'),
};

/** Functions whose names differ between versions of TensorFlow. */
const ALIASES: Readonly<Record<string, string>> = {
  '__operators__.add': '__operators__add',
  '__operators__.getitem': '__operators__getitem',
  'compat.v1.floor_div': 'math.floordiv',
  'compat.v1.norm': 'linalg.norm',
  'compat.v1.where_v2': 'where',
  'image.resize_images': 'image.resize',
  'linalg.l2_normalize': 'math.l2_normalize',
  'linalg.tensordot': 'tensordot',
  'linalg.transpose': 'transpose',
  'math.l2norm': 'math.l2_normalize',
  'math.swish': 'nn.silu',
  'nn.avg_pool': 'nn.avg_pool2d',
  'nn.l2_normalize': 'math.l2_normalize',
  'nn.max_pool': 'nn.max_pool2d',
  'nn.sigmoid': 'math.sigmoid',
  'nn.softplus': 'math.softplus',
  'nn.swish': 'nn.silu',
  'nn.tanh': 'math.tanh',
  'nn.top_k': 'math.top_k',
  'quantization.fake_quant_with_min_max_vars': '',
};

/** Returns the conversion of a function by the name that Keras 2 writes, such as `math.reduce_mean`; undefined for others. */
export function tensorFlowFunction(name: string): Convert | undefined {
  const known = [name, name.replace(/^compat\.v[12]\./, ''), name.replace(/^compat\.v[12]\.(math\.)?/, 'math.')];
  for (const each of known) {
    const own = Object.hasOwn(ALIASES, each) ? ALIASES[each] : each;
    if (Object.hasOwn(rows, own)) return rows[own];
  }
  return undefined;
}

/** Returns the names of all functions. */
export function tensorFlowFunctions(): readonly string[] {
  return Object.keys(rows);
}
