import { isList, isObject, type Json, type JsonObject } from '../json.ts';

/**
 * A function of TensorFlow that computes a node of its graph: its name, the names of the arguments after the first one, in the
 * order of the node's inputs, and the arguments that are attributes of the node. With `list`, all inputs are the first argument.
 */
interface NodeFunction {
  readonly name: string;
  readonly inputs?: readonly string[];
  readonly attributes?: Readonly<Record<string, string>>;
  /** Whether the first argument is the list of all inputs, without those that `inputs` names, which follow. */
  readonly list?: true;
  /** Name of the first argument of the function among the inputs, if it is not the first input. */
  readonly first?: number;
}

const unary = (name: string): NodeFunction => ({ name });
const binary = (name: string): NodeFunction => ({ name, inputs: ['y'] });
const reduction = (name: string): NodeFunction => ({ name, inputs: ['axis'], attributes: { keep_dims: 'keepdims' } });

/** Operators of TensorFlow's graphs, as Keras 2 before TensorFlow 2.4 writes them. */
const NODES: Readonly<Record<string, NodeFunction>> = {
  Abs: unary('math.abs'),
  Add: binary('math.add'),
  AddN: { name: 'math.add_n', list: true },
  AddV2: binary('math.add'),
  All: reduction('math.reduce_all'),
  Any: reduction('math.reduce_any'),
  ArgMax: { name: 'math.argmax', inputs: ['axis'] },
  ArgMin: { name: 'math.argmin', inputs: ['axis'] },
  BatchMatMul: { name: 'linalg.matmul', inputs: ['b'], attributes: { adj_x: 'transpose_a', adj_y: 'transpose_b' } },
  BatchMatMulV2: { name: 'linalg.matmul', inputs: ['b'], attributes: { adj_x: 'transpose_a', adj_y: 'transpose_b' } },
  BiasAdd: { name: 'nn.bias_add', inputs: ['bias'], attributes: { data_format: 'data_format' } },
  Cast: { name: 'cast', attributes: { DstT: 'dtype' } },
  Ceil: unary('math.ceil'),
  ClipByValue: { name: 'clip_by_value', inputs: ['clip_value_min', 'clip_value_max'] },
  ConcatV2: { name: 'concat', inputs: ['axis'], list: true },
  Cos: unary('math.cos'),
  Elu: unary('nn.elu'),
  Equal: binary('math.equal'),
  Erf: unary('math.erf'),
  Exp: unary('math.exp'),
  ExpandDims: { name: 'expand_dims', inputs: ['axis'] },
  Floor: unary('math.floor'),
  FloorDiv: binary('math.floordiv'),
  FloorMod: binary('math.floormod'),
  GatherV2: { name: 'gather', inputs: ['indices', 'axis'], attributes: { batch_dims: 'batch_dims' } },
  Greater: binary('math.greater'),
  GreaterEqual: binary('math.greater_equal'),
  Identity: unary('identity'),
  LeakyRelu: { name: 'nn.leaky_relu', attributes: { alpha: 'alpha' } },
  Less: binary('math.less'),
  LessEqual: binary('math.less_equal'),
  Log: unary('math.log'),
  Log1p: unary('math.log1p'),
  LogSoftmax: unary('nn.log_softmax'),
  LogicalAnd: binary('math.logical_and'),
  LogicalNot: unary('math.logical_not'),
  LogicalOr: binary('math.logical_or'),
  MatMul: {
    name: 'linalg.matmul',
    inputs: ['b'],
    attributes: { transpose_a: 'transpose_a', transpose_b: 'transpose_b' },
  },
  Max: reduction('math.reduce_max'),
  Maximum: binary('math.maximum'),
  Mean: reduction('math.reduce_mean'),
  Min: reduction('math.reduce_min'),
  Minimum: binary('math.minimum'),
  Mul: binary('math.multiply'),
  Neg: unary('math.negative'),
  NotEqual: binary('math.not_equal'),
  OneHot: { name: 'one_hot', inputs: ['depth', 'on_value', 'off_value'], attributes: { axis: 'axis' } },
  OnesLike: unary('ones_like'),
  Pack: { name: 'stack', attributes: { axis: 'axis' }, list: true },
  Pad: { name: 'pad', inputs: ['paddings'] },
  PadV2: { name: 'pad', inputs: ['paddings', 'constant_values'] },
  Pow: binary('math.pow'),
  Prod: reduction('math.reduce_prod'),
  RealDiv: binary('math.truediv'),
  Reciprocal: unary('math.reciprocal'),
  Relu: unary('nn.relu'),
  Relu6: unary('nn.relu6'),
  Reshape: { name: 'reshape', inputs: ['shape'] },
  ReverseV2: { name: 'reverse', inputs: ['axis'] },
  Round: unary('math.round'),
  Rsqrt: unary('math.rsqrt'),
  Select: { name: 'where', inputs: ['x', 'y'] },
  SelectV2: { name: 'where', inputs: ['x', 'y'] },
  Selu: unary('nn.selu'),
  Shape: unary('shape'),
  Sigmoid: unary('math.sigmoid'),
  Sign: unary('math.sign'),
  Sin: unary('math.sin'),
  Slice: { name: 'slice', inputs: ['begin', 'size'] },
  Softmax: unary('nn.softmax'),
  Softplus: unary('math.softplus'),
  Softsign: unary('nn.softsign'),
  Split: { name: 'split', inputs: ['axis'], attributes: { num_split: 'num_or_size_splits' }, first: 1 },
  SplitV: { name: 'split', inputs: ['num_or_size_splits', 'axis'] },
  Sqrt: unary('math.sqrt'),
  Square: unary('math.square'),
  SquaredDifference: binary('math.squared_difference'),
  Squeeze: { name: 'squeeze', attributes: { squeeze_dims: 'axis' } },
  StopGradient: unary('stop_gradient'),
  StridedSlice: {
    name: 'strided_slice',
    inputs: ['begin', 'end', 'strides'],
    attributes: Object.fromEntries(
      ['begin', 'end', 'ellipsis', 'new_axis', 'shrink_axis'].map((each) => [`${each}_mask`, `${each}_mask`]),
    ),
  },
  Sub: binary('math.subtract'),
  Sum: reduction('math.reduce_sum'),
  Tan: unary('math.tan'),
  Tanh: unary('math.tanh'),
  Tile: { name: 'tile', inputs: ['multiples'] },
  Transpose: { name: 'transpose', inputs: ['perm'] },
  Unpack: { name: 'unstack', attributes: { num: 'num', axis: 'axis' } },
  ZerosLike: unary('zeros_like'),
};

/** A call of a function of TensorFlow that computes a node: its first argument, and the others by name. */
export interface NodeCall {
  readonly name: string;
  readonly first: Json;
  readonly options: Readonly<Record<string, Json>>;
}

/**
 * Returns the function that computes a node of a graph, and its arguments; null for unknown nodes.
 *
 * @param config config of the layer `TensorFlowOpLayer`: the node, and its constant inputs by index
 * @param tensors its other inputs, in order
 */
export function callOfNode({ node_def: node, constants }: JsonObject, tensors: readonly Json[]): NodeCall | null {
  if (!isObject(node ?? null) || !isObject(node)) return null;
  const known = typeof node.op === 'string' && Object.hasOwn(NODES, node.op) ? NODES[node.op] : undefined;
  if (known === undefined) return null;
  const { name, inputs = [], attributes = {}, list, first = 0 } = known;
  const all = [...tensors];
  const given = isObject(constants) ? Object.entries(constants) : [];
  for (const [index, value] of given.sort(([a], [b]) => Number(a) - Number(b)))
    all.splice(Number(index), 0, constantOf(value));
  const attr = isObject(node.attr) ? node.attr : {};
  const options = Object.entries(attributes).map(
    ([field, option]) => [option, attributeOf(attr[field] ?? null)] as const,
  );
  const split = list === true ? all.length - inputs.length : 1;
  const others = list === true ? all.slice(split) : all.filter((_, i) => i !== first);
  const named = inputs.map((input, i) => [input, others[i] ?? null] as const);
  return {
    name,
    first: list === true ? all.slice(0, split) : all[first],
    options: Object.fromEntries([...options, ...named]),
  };
}

/** Returns a constant, which newer versions write as an object. */
function constantOf(value: Json): Json {
  if (!isObject(value)) return value;
  return isObject(value.config) ? (value.config.value ?? null) : (value.value ?? null);
}

const DTYPES: Readonly<Record<string, string>> = {
  DT_BOOL: 'bool',
  DT_DOUBLE: 'float64',
  DT_FLOAT: 'float32',
  DT_HALF: 'float16',
  DT_INT32: 'int32',
  DT_INT64: 'int64',
  DT_UINT8: 'uint8',
};

/** Returns an attribute of a node; integers are written as text. */
function attributeOf(attribute: Json): Json {
  if (!isObject(attribute)) return null;
  if (typeof attribute.type === 'string') return DTYPES[attribute.type] ?? attribute.type;
  if (attribute.b !== undefined) return attribute.b;
  if (attribute.f !== undefined) return attribute.f;
  if (attribute.i !== undefined) return Number(attribute.i);
  // Texts are bytes in base64.
  if (typeof attribute.s === 'string') return globalThis.atob(attribute.s);
  const items = isObject(attribute.list) ? attribute.list.i : undefined;
  return isList(items) ? items.map(Number) : null;
}
