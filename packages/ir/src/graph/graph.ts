import type { DType } from '../types/dtype.ts';
import type { Shape, TensorType } from '../types/shape.ts';

/** A value of a graph: the position of its type in `Graph.types`. Inputs come first, then the nodes' results in order. */
export type Value = number;

/** One application of an operator. */
export type Node<K extends OpName = OpName> = {
  [Op in K]: {
    readonly op: Op;
    readonly operands: readonly Value[];
    readonly attributes: Attributes[Op];
    readonly results: readonly Value[];
  };
}[K];

/**
 * A computation in static single assignment: plain data, with every shape known.
 * Nodes stand in an order in which each value is made before it is used.
 */
export interface Graph {
  /** Number of inputs; their values are 0 … inputCount - 1. */
  readonly inputCount: number;
  /** Type of every value. */
  readonly types: readonly TensorType[];
  readonly nodes: readonly Node[];
  readonly outputs: readonly Value[];
}

/** An operator without attributes. */
export type None = Readonly<Record<never, never>>;

/** How a scatter joins an update with what is there. */
export type ScatterMode = 'set' | 'add' | 'mul' | 'max' | 'min';

/** A pair of axes: one of the left operand, one of the right. */
export type AxisPair = readonly [left: number, right: number];

/** How many elements an axis gets before and after its own; negative numbers take away. */
export type Padding = readonly [low: number, high: number];

/** Windows over the last axes of an operand, as many as there are entries; one entry per windowed axis. */
export type WindowAttributes = {
  /** Elements that a window takes along the axis. */
  readonly window: readonly number[];
  /** Places from the start of one window to that of the next. */
  readonly strides: readonly number[];
  readonly padding: readonly Padding[];
  /** Places from one element of a window to the next. */
  readonly dilation: readonly number[];
};

/**
 * The attributes of every operator: plain data, known when the graph is made.
 * The keys of this table are the operators that exist; every other table keyed by operator must have the same keys.
 */
export interface Attributes {
  // Sources and randomness.
  /** All elements are `value`, or, if it is an array, the elements in row-major order. */
  constant: { readonly dtype: DType; readonly shape: Shape; readonly value: number | readonly number[] };
  iota: { readonly dtype: DType; readonly shape: Shape; readonly axis: number };
  randomBits: { readonly shape: Shape };

  // Elementwise.
  neg: None;
  abs: None;
  sign: None;
  floor: None;
  ceil: None;
  round: None;
  exp: None;
  exp2: None;
  expm1: None;
  log: None;
  log1p: None;
  sqrt: None;
  sin: None;
  cos: None;
  tan: None;
  asin: None;
  atan: None;
  tanh: None;
  sigmoid: None;
  erf: None;
  isNaN: None;
  isInf: None;
  not: None;
  cast: { readonly dtype: DType };
  bitcast: { readonly dtype: DType };
  stopGradient: None;
  add: None;
  sub: None;
  mul: None;
  div: None;
  rem: None;
  pow: None;
  max: None;
  min: None;
  equal: None;
  less: None;
  lessEqual: None;
  and: None;
  or: None;
  xor: None;
  shiftLeft: None;
  shiftRight: None;
  select: None;

  // Reductions.
  reduceSum: { readonly axes: readonly number[] };
  reduceProd: { readonly axes: readonly number[] };
  reduceMax: { readonly axes: readonly number[] };
  reduceMin: { readonly axes: readonly number[] };
  argMax: { readonly axis: number };
  argMin: { readonly axis: number };
  cumSum: { readonly axis: number; readonly reverse: boolean; readonly exclusive: boolean };

  // Layout.
  reshape: { readonly shape: Shape };
  transpose: { readonly permutation: readonly number[] };
  /** Axis i of the operand becomes axis `axes[i]` of `shape`, where its length is the same or it had one element. */
  expand: { readonly shape: Shape; readonly axes: readonly number[] };
  slice: { readonly start: readonly number[]; readonly limit: readonly number[]; readonly step: readonly number[] };
  reverse: { readonly axes: readonly number[] };
  /** Per axis: elements before, after, and between each two. The second operand is the value to fill with. */
  pad: { readonly low: readonly number[]; readonly high: readonly number[]; readonly interior: readonly number[] };
  concat: { readonly axis: number };
  dynamicSlice: { readonly sizes: readonly number[] };
  dynamicUpdateSlice: None;

  // Indexing.
  gather: { readonly axis: number };
  gatherElements: { readonly axis: number };
  gatherND: { readonly batchDims: number };
  scatterElements: { readonly axis: number; readonly mode: ScatterMode };
  scatterND: { readonly mode: ScatterMode };

  // Contraction and order.
  dot: { readonly batch: readonly AxisPair[]; readonly contract: readonly AxisPair[] };
  topK: { readonly k: number; readonly axis: number; readonly largest: boolean };

  // Windows.
  /** Per windowed axis, which are the last ones: elements of a window, places between windows and between elements. */
  windows: {
    readonly size: readonly number[];
    readonly stride: readonly number[];
    readonly dilation: readonly number[];
  };
  /**
   * An entry per spatial axis. `lhsDilation` is how many places an element of the image is from the next (with zeros
   * between), `rhsDilation` an element of the filter.
   */
  conv: {
    readonly strides: readonly number[];
    readonly padding: readonly Padding[];
    readonly lhsDilation: readonly number[];
    readonly rhsDilation: readonly number[];
    readonly groups: number;
  };
  windowSum: WindowAttributes;
  maxPool: WindowAttributes;
  /** `inputShape` holds the lengths of the pooled axes before they were pooled. */
  maxUnpool: WindowAttributes & { readonly inputShape: Shape };

  // Control.
  /**
   * A named graph in place of its body. `config` is what a consumer needs to replace it by something better.
   * `vjp` maps (operands, results, a cotangent for each float result) to a cotangent for each float operand.
   * A `checkpoint` keeps its operands instead of its intermediates for the backward pass.
   */
  call: {
    readonly name: string;
    readonly config: Readonly<Record<string, unknown>>;
    readonly body: Graph;
    readonly vjp: Graph | null;
    readonly checkpoint: boolean;
  };
  /** One of two graphs of equal signatures; the first operand, one bool, says which. The others are their inputs. */
  cond: { readonly thenBranch: Graph; readonly elseBranch: Graph };
  /**
   * `length` turns of a body. Operands are carries, xs and constants, in this order; the body takes the carries, a slice
   * of each x along axis 0 and the constants, and gives the carries of the next turn and a slice of each y. Results are
   * the last carries and the ys, stacked along axis 0. `reverse` goes through the slices from the last to the first.
   */
  scan: {
    readonly body: Graph;
    readonly carries: number;
    readonly xs: number;
    readonly length: number;
    readonly reverse: boolean;
  };
  /**
   * A body that is repeated while `test` holds, and at most `maxTrips` times if that is a number. Operands are carries
   * and constants; both graphs take all of them, `test` gives one bool and `body` the carries of the next turn.
   */
  while: {
    readonly test: Graph;
    readonly body: Graph;
    readonly carries: number;
    readonly maxTrips: number | null;
  };
}

/** Name of an operator. */
export type OpName = keyof Attributes;
