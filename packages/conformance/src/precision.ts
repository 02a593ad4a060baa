import {
  type Attributes,
  type DType,
  type Node,
  type OpName,
  type ScatterMode,
  type Shape,
  sizeOf,
  type TensorType,
} from '@manabi/ir';

/**
 * Allowed error of an operator on floats.
 *
 * - `exact`: none, because elements are moved, selected or compared.
 * - `rounded`: the exact result, rounded once.
 * - `function`: a few units in the last place, over the whole range.
 * - a function that returns a number of terms: one rounding for each term, in any order.
 */
export type Precision<K extends OpName> = 'exact' | 'rounded' | 'function' | Terms<K>;

/** Returns the largest number of terms that are added for one element of the result; 0 if elements are only moved. */
type Terms<K extends OpName> = (operands: readonly TensorType[], attributes: Attributes[K]) => number;

/** Required precision of every operator. */
const precisions: { readonly [K in OpName]: Precision<K> } = {
  constant: 'exact',
  iota: 'exact',
  randomBits: 'exact',
  neg: 'exact',
  abs: 'exact',
  sign: 'exact',
  floor: 'exact',
  ceil: 'exact',
  round: 'exact',
  exp: 'function',
  exp2: 'function',
  expm1: 'function',
  log: 'function',
  log1p: 'function',
  sqrt: 'rounded',
  sin: 'function',
  cos: 'function',
  tan: 'function',
  asin: 'function',
  atan: 'function',
  tanh: 'function',
  sigmoid: 'function',
  erf: 'function',
  isNaN: 'exact',
  isInf: 'exact',
  not: 'exact',
  cast: 'rounded',
  bitcast: 'exact',
  stopGradient: 'exact',
  add: 'rounded',
  sub: 'rounded',
  mul: 'rounded',
  div: 'rounded',
  rem: 'exact',
  pow: 'function',
  max: 'exact',
  min: 'exact',
  equal: 'exact',
  less: 'exact',
  lessEqual: 'exact',
  and: 'exact',
  or: 'exact',
  xor: 'exact',
  shiftLeft: 'exact',
  shiftRight: 'exact',
  select: 'exact',
  reduceSum: ([{ shape }], { axes }) => lengthOf(shape, axes),
  reduceProd: ([{ shape }], { axes }) => lengthOf(shape, axes),
  reduceMax: 'exact',
  reduceMin: 'exact',
  argMax: 'exact',
  argMin: 'exact',
  cumSum: ([{ shape }], { axis }) => shape[axis],
  reshape: 'exact',
  transpose: 'exact',
  expand: 'exact',
  slice: 'exact',
  reverse: 'exact',
  pad: 'exact',
  concat: 'exact',
  dynamicSlice: 'exact',
  dynamicUpdateSlice: 'exact',
  gather: 'exact',
  gatherElements: 'exact',
  gatherND: 'exact',
  scatterElements: ([, , { shape }], { axis, mode }) => (combines[mode] ? 1 + shape[axis] : 0),
  scatterND: (
    [
      {
        shape: [...whole],
      },
      ,
      { shape },
    ],
    { mode },
  ) => (combines[mode] ? 1 + sizeOf(shape) / Math.max(1, sizeOf(whole)) : 0),
  dot: ([{ shape }], { contract }) =>
    lengthOf(
      shape,
      contract.map(([axis]) => axis),
    ),
  topK: 'exact',
  windows: 'exact',
  conv: ([, { shape }]) => sizeOf(shape.slice(1)),
  windowSum: (_operands, { window }) => sizeOf(window),
  maxPool: 'exact',
  maxUnpool: (_operands, { window }) => sizeOf(window),
  // These operators run graphs, whose operators have their own allowed errors.
  call: 'exact',
  cond: 'exact',
  scan: 'exact',
  while: 'exact',
};

/** Whether a scatter mode combines existing and new elements by arithmetic. Otherwise, it selects one of them. */
const combines: { readonly [M in ScatterMode]: boolean } = { set: false, add: true, mul: true, max: false, min: false };

function lengthOf(shape: Shape, axes: readonly number[]): number {
  return axes.reduce((length, axis) => length * shape[axis], 1);
}

/**
 * Allowed error of operators of precision `function`, in units in the last place. For float32, this is a relative error
 * of 4e-7. The float64 functions are less accurate. The float16 functions
 * are the float32 functions, rounded once.
 */
const functionUlps: { readonly [D in DType]: number } = {
  float32: 3.4,
  float64: 8,
  float16: 1,
  int32: 0,
  uint32: 0,
  uint8: 0,
  bool: 0,
};

/** Allowed error of the results of one node. */
export interface Allowance {
  /** Allowed error in units in the last place that does not depend on the operands. */
  readonly ulps: number;
  /** Number of terms summed in any order; 0 without a sum. */
  readonly terms: number;
}

/** Returns the allowed error of the results of a node. */
export function allowanceOf<K extends OpName>(node: Node<K>, operands: readonly TensorType[]): Allowance {
  const precision: Precision<K> = precisions[node.op];
  if (precision === 'exact') return { ulps: 0, terms: 0 };
  if (precision === 'rounded') return { ulps: 1, terms: 0 };
  if (precision === 'function') return { ulps: functionUlps[operands[0].dtype], terms: 0 };
  const terms = precision(operands, node.attributes);
  return { ulps: terms > 0 ? 1 : 0, terms };
}

/** Distance from 1 to the next larger number, for floats. */
const epsilons: { readonly [K in DType]: number } = {
  float32: 2 ** -23,
  float64: 2 ** -52,
  float16: 2 ** -10,
  int32: 0,
  uint32: 0,
  uint8: 0,
  bool: 0,
};

/** Returns the distance from 1 to the next larger number of a dtype; 0 for integers and bool. */
export function epsilonOf(dtype: DType): number {
  return epsilons[dtype];
}

/**
 * Returns the smallest positive number of a dtype that may not be flushed to zero: the smallest normal one, but for
 * float16, which is computed in float32, the smallest of all.
 */
export function smallestNormal(dtype: DType): number {
  return { float32: 2 ** -126, float64: 2 ** -1022, float16: 2 ** -24 }[String(dtype)] ?? 0;
}
