import type { DType } from '../types/dtype.ts';
import type { Shape, TensorType } from '../types/shape.ts';

/** A value of a graph: its index in `Graph.types`. Inputs come first, then the results of the nodes in order. */
export type Value = number;

/** A node of a graph: one use of an operator on some values of the graph. */
export type Node<K extends OpName = OpName> = {
  [Op in K]: {
    readonly op: Op;
    readonly operands: readonly Value[];
    readonly attributes: Attributes[Op];
    readonly results: readonly Value[];
  };
}[K];

/**
 * A computation in static single assignment form: plain data with static shapes. Each node comes after the nodes that
 * compute its operands.
 */
export interface Graph {
  /** Number of inputs. The inputs are the values 0 … inputCount - 1. */
  readonly inputCount: number;
  /** Type of every value. */
  readonly types: readonly TensorType[];
  readonly nodes: readonly Node[];
  readonly outputs: readonly Value[];
}

/** Type of the attributes of an operator that has none. */
export type None = Readonly<Record<never, never>>;

/** How a scatter combines an update with the existing element. */
export type ScatterMode = 'set' | 'add' | 'mul' | 'max' | 'min';

/** A pair of axes: one of the left operand and one of the right operand. */
export type AxisPair = readonly [left: number, right: number];

/** Number of elements added before and after an axis. Negative numbers remove elements. */
export type Padding = readonly [low: number, high: number];

/**
 * Windows over the last axes of an operand. Each array has one entry per windowed axis, so the length of the arrays
 * determines how many axes have windows.
 */
export type WindowAttributes = {
  /** Number of elements of a window along each axis. */
  readonly window: readonly number[];
  /** Distance between the starts of neighboring windows, in elements. */
  readonly strides: readonly number[];
  /** Elements added before and after each axis: the lowest value for `maxPool`, 0 for `windowSum`. */
  readonly padding: readonly Padding[];
  /** Distance between neighboring elements of a window, in elements. */
  readonly dilation: readonly number[];
};

/**
 * Attributes of each operator: plain data that is fixed when the graph is built.
 *
 * The keys are the names of all operators; every other table of operators has the same keys. The operands of an
 * operator must have equal dtypes and shapes unless noted: nothing broadcasts or converts implicitly.
 */
export interface Attributes {
  // Constants and random numbers.
  /**
   * A constant (ONNX Constant): `value` is the number that all elements equal, or an array of all elements in row-major
   * order.
   */
  constant: { readonly dtype: DType; readonly shape: Shape; readonly value: number | readonly number[] };
  /** y[i] = i[axis]: each element is its index along `axis` (NumPy arange, broadcast to `shape`). */
  iota: { readonly dtype: DType; readonly shape: Shape; readonly axis: number };
  /** Uniform random uint32 from a key uint32[2]: element i is the first word of Threefry-2x32-20(key, (i, 0)). */
  randomBits: { readonly shape: Shape };

  // Elementwise operators.
  /** y = -x (ONNX Neg). Numeric dtypes. */
  neg: None;
  /** y = |x| (ONNX Abs). Numeric dtypes. */
  abs: None;
  /** y = -1, 0 or 1, the sign of x; NaN for NaN (ONNX Sign). Numeric dtypes. */
  sign: None;
  /** y = ⌊x⌋ (ONNX Floor). Float dtypes. */
  floor: None;
  /** y = ⌈x⌉ (ONNX Ceil). Float dtypes. */
  ceil: None;
  /** y = the nearest integer; halves round to even (ONNX Round, NumPy rint). Float dtypes. */
  round: None;
  /** y = e^x (ONNX Exp). Float dtypes. */
  exp: None;
  /** y = 2^x (NumPy exp2). Float dtypes. */
  exp2: None;
  /** y = e^x - 1, accurate near 0 (NumPy expm1). Float dtypes. */
  expm1: None;
  /** y = ln x (ONNX Log). Float dtypes. */
  log: None;
  /** y = ln(1 + x), accurate near 0 (NumPy log1p). Float dtypes. */
  log1p: None;
  /** y = √x (ONNX Sqrt). Float dtypes. */
  sqrt: None;
  /** y = sin x, x in radians (ONNX Sin). Float dtypes. */
  sin: None;
  /** y = cos x, x in radians (ONNX Cos). Float dtypes. */
  cos: None;
  /** y = tan x, x in radians (ONNX Tan). Float dtypes. */
  tan: None;
  /** y = arcsin x in [-π/2, π/2] (ONNX Asin). Float dtypes. */
  asin: None;
  /** y = arctan x in (-π/2, π/2) (ONNX Atan). Float dtypes. */
  atan: None;
  /** y = tanh x (ONNX Tanh). Float dtypes. */
  tanh: None;
  /** y = 1 / (1 + e^-x) (ONNX Sigmoid). Float dtypes. */
  sigmoid: None;
  /** y = 2/√π · ∫₀ˣ e^(-t²) dt, the error function (ONNX Erf). Float dtypes. */
  erf: None;
  /** y = true where x is NaN (ONNX IsNaN). Float dtypes; the result is bool. */
  isNaN: None;
  /** y = true where x is Infinity or -Infinity (ONNX IsInf). Float dtypes; the result is bool. */
  isInf: None;
  /** y = not x: logical for bool (ONNX Not), bitwise for integers (ONNX BitwiseNot). */
  not: None;
  /**
   * y = x converted to `dtype` (ONNX Cast, NumPy astype). From float to integer: truncates, clamps to the range of the
   * dtype, and converts NaN to 0. Between integers: wraps. To bool: x != 0.
   */
  cast: { readonly dtype: DType };
  /** y = the bits of x read as another dtype of the same width (NumPy view). */
  bitcast: { readonly dtype: DType };
  /** y = x, with no gradient (TensorFlow stop_gradient). */
  stopGradient: None;
  /** z = x + y (ONNX Add). Numeric dtypes; integers wrap. */
  add: None;
  /** z = x - y (ONNX Sub). Numeric dtypes; integers wrap. */
  sub: None;
  /** z = x · y (ONNX Mul). Numeric dtypes; integers wrap. */
  mul: None;
  /** z = x / y (ONNX Div). Integers truncate; x / 0 = x for integers. */
  div: None;
  /** z = x - trunc(x / y) · y, with the sign of x (NumPy fmod, ONNX Mod with fmod=1). Integers: 0 if y is 0. */
  rem: None;
  /** z = x^y by the rules of IEEE 754 (ONNX Pow). Float dtypes. */
  pow: None;
  /** z = the larger of x and y; NaN if either is NaN (ONNX Max, NumPy maximum). Numeric dtypes. */
  max: None;
  /** z = the smaller of x and y; NaN if either is NaN (ONNX Min, NumPy minimum). Numeric dtypes. */
  min: None;
  /** z = (x == y) (ONNX Equal). Every dtype; the result is bool. */
  equal: None;
  /** z = (x < y) (ONNX Less). Numeric dtypes; the result is bool. */
  less: None;
  /** z = (x <= y) (ONNX LessOrEqual). Numeric dtypes; the result is bool. */
  lessEqual: None;
  /** z = x and y: logical for bool (ONNX And), bitwise for integers (ONNX BitwiseAnd). */
  and: None;
  /** z = x or y: logical for bool (ONNX Or), bitwise for integers (ONNX BitwiseOr). */
  or: None;
  /** z = x xor y: logical for bool (ONNX Xor), bitwise for integers (ONNX BitwiseXor). */
  xor: None;
  /** z = x << (y mod bits of x) (ONNX BitShift). x is an integer, y is uint32. */
  shiftLeft: None;
  /** z = x >> (y mod bits of x), keeping the sign of int32 (ONNX BitShift). x is an integer, y is uint32. */
  shiftRight: None;
  /** z = condition ? x : y (ONNX Where). `condition` is bool of the same shape; x and y have one dtype. */
  select: None;

  // Reductions.
  /** y = the sum of x over `axes`, which are removed (ONNX ReduceSum). Numeric dtypes; 0 for empty axes. */
  reduceSum: { readonly axes: readonly number[] };
  /** y = the product of x over `axes`, which are removed (ONNX ReduceProd). Numeric dtypes; 1 for empty axes. */
  reduceProd: { readonly axes: readonly number[] };
  /** y = the maximum of x over `axes`, which are removed (ONNX ReduceMax). Every dtype; NaN if any element is NaN. */
  reduceMax: { readonly axes: readonly number[] };
  /** y = the minimum of x over `axes`, which are removed (ONNX ReduceMin). Every dtype; NaN if any element is NaN. */
  reduceMin: { readonly axes: readonly number[] };
  /**
   * y = the int32 index of the first maximum along `axis`, which is removed (ONNX ArgMax). Numeric dtypes; NaN counts
   * as the largest.
   */
  argMax: { readonly axis: number };
  /**
   * y = the int32 index of the first minimum along `axis`, which is removed (ONNX ArgMin). Numeric dtypes; NaN counts
   * as the smallest.
   */
  argMin: { readonly axis: number };
  /**
   * y[i] = Σ x[j] for j ≤ i along `axis` (ONNX CumSum). With `exclusive`, for j < i; with `reverse`, from the end.
   * Numeric dtypes.
   */
  cumSum: { readonly axis: number; readonly reverse: boolean; readonly exclusive: boolean };

  // Layout.
  /** y = the elements of x in row-major order, with another shape (ONNX Reshape). */
  reshape: { readonly shape: Shape };
  /** y = x with permuted axes: axis i of y is axis `permutation[i]` of x (ONNX Transpose). */
  transpose: { readonly permutation: readonly number[] };
  /**
   * y = x broadcast to `shape` (ONNX Expand, XLA BroadcastInDim): axis i of x becomes axis `axes[i]` of y and has the
   * same length or length 1; y repeats x along all other axes.
   */
  expand: { readonly shape: Shape; readonly axes: readonly number[] };
  /** y = x[start:limit:step] on every axis (ONNX Slice). Bounds are non-negative and within x. */
  slice: { readonly start: readonly number[]; readonly limit: readonly number[]; readonly step: readonly number[] };
  /** y = x with the elements along `axes` in reverse order (NumPy flip). */
  reverse: { readonly axes: readonly number[] };
  /**
   * y = x with `low` elements before, `high` elements after and `interior` elements between neighbors on every axis
   * (XLA Pad). The second operand is the scalar that fills them.
   */
  pad: { readonly low: readonly number[]; readonly high: readonly number[]; readonly interior: readonly number[] };
  /** y = the operands joined along `axis` (ONNX Concat). All other lengths must be equal. */
  concat: { readonly axis: number };
  /**
   * y = the window of x of shape `sizes` at `starts` (XLA DynamicSlice). `starts` is int32[rank of x], clamped so that
   * the window lies within x.
   */
  dynamicSlice: { readonly sizes: readonly number[] };
  /**
   * y = x with a window replaced by `update` at `starts`, which is clamped as in `dynamicSlice` (XLA
   * DynamicUpdateSlice).
   */
  dynamicUpdateSlice: None;

  // Indexing.
  /** y = x[…, indices, …] at `axis` (ONNX Gather, NumPy take). The axes of int32 `indices` replace `axis`. */
  gather: { readonly axis: number };
  /** y[i, j, …] = x[indices[i, j, …], j, …] for axis 0 (ONNX GatherElements, NumPy take_along_axis). */
  gatherElements: { readonly axis: number };
  /**
   * y[i] = x[indices[i]] (ONNX GatherND): the last axis of int32 `indices` indexes the axes of x after the first
   * `batchDims`.
   */
  gatherND: { readonly batchDims: number };
  /**
   * y = x with y[indices[i, j, …], j, …] combined with updates[i, j, …] by `mode`, for axis 0 (ONNX ScatterElements).
   * Several updates of the same element apply in row-major order.
   */
  scatterElements: { readonly axis: number; readonly mode: ScatterMode };
  /**
   * y = x with y[indices[i]] combined with updates[i] by `mode` (ONNX ScatterND). Several updates of the same element
   * apply in row-major order.
   */
  scatterND: { readonly mode: ScatterMode };

  // Contraction and sorting.
  /**
   * Sum of products over the pairs of axes `contract`, for each index of the pairs `batch` (NumPy einsum, ONNX MatMul).
   * The result has the batch axes, then the free axes of the left operand, then those of the right.
   */
  dot: { readonly batch: readonly AxisPair[]; readonly contract: readonly AxisPair[] };
  /**
   * The `k` largest or smallest elements along `axis`, in order, and their int32 indices (ONNX TopK). Of equal elements
   * the lower index comes first; NaN counts as the largest.
   */
  topK: { readonly k: number; readonly axis: number; readonly largest: boolean };

  // Windows.
  /**
   * An array of all windows over the last axes (NumPy sliding_window_view): the shape [lead..., n...] becomes [lead...,
   * o..., size...]. Each attribute has one entry per windowed axis: `stride` is the distance between windows,
   * `dilation` the distance between elements of a window.
   */
  windows: {
    readonly size: readonly number[];
    readonly stride: readonly number[];
    readonly dilation: readonly number[];
  };
  /**
   * Cross-correlation of images [N, C, n...] with filters [M, C / groups, k...] to [N, M, o...] (ONNX Conv,
   * ConvTranspose). Each attribute has one entry per spatial axis. `lhsDilation` inserts zeros between the elements of
   * the image, `rhsDilation` between those of the filter.
   */
  conv: {
    readonly strides: readonly number[];
    readonly padding: readonly Padding[];
    readonly lhsDilation: readonly number[];
    readonly rhsDilation: readonly number[];
    readonly groups: number;
  };
  /** y = the sum of each window over the last axes, with zero padding (XLA ReduceWindow). */
  windowSum: WindowAttributes;
  /** The maximum of each window over the last axes, and its int32 index within the pooled axes (ONNX MaxPool). */
  maxPool: WindowAttributes;
  /**
   * Inverse of `maxPool` (ONNX MaxUnpool): adds each value at its index to an array of zeros of shape [lead...,
   * inputShape...]. `inputShape` lists the lengths of the pooled axes before pooling.
   */
  maxUnpool: WindowAttributes & { readonly inputShape: Shape };

  // Calls, branches and loops.
  /**
   * A call of a named graph: applies `body` to the operands. A backend or exporter that knows the name may use another
   * implementation, with the options in `config`. `vjp` takes the operands, the results and a cotangent per float
   * result, and returns a cotangent per float operand. A `checkpoint` computes its intermediate values again in the
   * backward pass instead of storing them.
   */
  call: {
    readonly name: string;
    readonly config: Readonly<Record<string, unknown>>;
    readonly body: Graph;
    readonly vjp: Graph | null;
    readonly checkpoint: boolean;
  };
  /**
   * A branch (ONNX If): the first operand, a bool scalar, selects which of two graphs runs on the other operands. Both
   * graphs have the same input and output types.
   */
  cond: { readonly thenBranch: Graph; readonly elseBranch: Graph };
  /**
   * A loop of `length` iterations (ONNX Scan). Operands are the carries, the xs and the constants. In each iteration,
   * the body takes the carries, a slice of each array in xs along axis 0 and the constants. It returns the next carries
   * and a slice of each array in ys. Results are the last carries and the ys, stacked along axis 0. With `reverse`, the
   * last slices come first.
   */
  scan: {
    readonly body: Graph;
    readonly carries: number;
    readonly xs: number;
    readonly length: number;
    readonly reverse: boolean;
  };
  /**
   * A loop that runs `body` while `test` returns true, and at most `maxTrips` times unless that is null (ONNX Loop).
   * Operands are the carries and the constants; both graphs take all of them. `test` returns a bool scalar; `body`
   * returns the next carries.
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
