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
 * How far from the exact result an operator on floats may be.
 *
 * - `exact`: not at all: elements are moved, chosen or compared.
 * - `rounded`: the exact result, rounded once.
 * - `function`: a few units in the last place, over the whole range.
 * - a number of terms: as many roundings, in an order of the backend's own.
 */
export type Precision<K extends OpName> = 'exact' | 'rounded' | 'function' | Terms<K>;

/** How many terms one element of the result is made of, at most; 0 if elements are moved and not joined. */
type Terms<K extends OpName> = (operands: readonly TensorType[], attributes: Attributes[K]) => number;

/** The precision that every operator owes. */
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
  scatterElements: ([, , { shape }], { axis, mode }) => (joins[mode] ? 1 + shape[axis] : 0),
  scatterND: (
    [
      {
        shape: [...whole],
      },
      ,
      { shape },
    ],
    { mode },
  ) => (joins[mode] ? 1 + sizeOf(shape) / Math.max(1, sizeOf(whole)) : 0),
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
  // The nodes of their bodies are judged one by one.
  call: 'exact',
  cond: 'exact',
  scan: 'exact',
  while: 'exact',
};

/** Whether a scatter computes with what is there; else it chooses. */
const joins: { readonly [M in ScatterMode]: boolean } = { set: false, add: true, mul: true, max: false, min: false };

function lengthOf(shape: Shape, axes: readonly number[]): number {
  return axes.reduce((length, axis) => length * shape[axis], 1);
}

/** What a function may be off: 4e-7 in float32; float64 is there for checks, and its own functions are coarser. */
const functionUlps: { readonly [D in DType]: number } = {
  float32: 3.4,
  float64: 8,
  int32: 0,
  uint32: 0,
  uint8: 0,
  bool: 0,
};

/** What the precision of an operator means for one node. */
export interface Allowance {
  /** Units in the last place that the result may be off, whatever its operands. */
  readonly ulps: number;
  /** Terms that are summed in any order; 0 if none are. */
  readonly terms: number;
}

/** What the results of a node may be off. */
export function allowanceOf<K extends OpName>(node: Node<K>, operands: readonly TensorType[]): Allowance {
  const precision: Precision<K> = precisions[node.op];
  if (precision === 'exact') return { ulps: 0, terms: 0 };
  if (precision === 'rounded') return { ulps: 1, terms: 0 };
  if (precision === 'function') return { ulps: functionUlps[operands[0].dtype], terms: 0 };
  const terms = precision(operands, node.attributes);
  return { ulps: terms > 0 ? 1 : 0, terms };
}

/** The distance of 1 to the next number, for floats. */
const epsilons: { readonly [K in DType]: number } = {
  float32: 2 ** -23,
  float64: 2 ** -52,
  int32: 0,
  uint32: 0,
  uint8: 0,
  bool: 0,
};

/** The distance of 1 to the next number of a dtype; 0 for those without rounding. */
export function epsilonOf(dtype: DType): number {
  return epsilons[dtype];
}

/** The smallest normal number of a dtype: what lies below may be flushed to zero. */
export function smallestNormal(dtype: DType): number {
  return dtype === 'float32' ? 2 ** -126 : dtype === 'float64' ? 2 ** -1022 : 0;
}
