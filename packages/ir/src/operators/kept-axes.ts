import type { Attributes, Graph, Node, OpName, Value } from '../graph/graph.ts';
import type { Shape } from '../types/shape.ts';
import type { ElementwiseBinaryOp } from './elementwise/binary.ts';
import type { ElementwiseUnaryOp } from './elementwise/unary.ts';
import { axesBut } from './layout/axes.ts';

/** Query of a rule: do the first axes of one operand stay in place in one result? */
interface Query<A> {
  readonly attributes: A;
  /** Index of the operand. */
  readonly operand: number;
  /** Index of the result. */
  readonly result: number;
  /** Number of axes, from the first. */
  readonly axes: number;
  /** Shape of the operand. */
  readonly from: Shape;
  /** Shape of the result. */
  readonly to: Shape;
}

type Rule<A> = (query: Query<A>) => boolean;

const always = (): boolean => true;
const never = (): boolean => false;

/** Returns true if all axes that an operator touches come after the first `axes` axes. */
const behind = ({ axes }: { readonly axes: number }, ...touched: readonly number[]): boolean =>
  touched.every((axis) => axis >= axes);

const reduced: Rule<{ readonly axes: readonly number[] }> = (query) => behind(query, ...query.attributes.axes);
const along: Rule<{ readonly axis: number }> = (query) => behind(query, query.attributes.axis);
/** Windows cover the last axes. */
const windowed =
  (count: number): Rule<unknown> =>
  ({ axes, from }) =>
    axes <= from.length - count;

/** Elementwise operators of one or two operands, which keep all axes. */
type Elementwise = ElementwiseUnaryOp | ElementwiseBinaryOp;

const rules: { readonly [K in Exclude<OpName, Elementwise>]: Rule<Attributes[K]> } = {
  constant: never,
  iota: never,
  randomBits: never,
  cast: always,
  bitcast: always,
  stopGradient: always,
  select: always,
  reduceSum: reduced,
  reduceProd: reduced,
  reduceMax: reduced,
  reduceMin: reduced,
  argMax: along,
  argMin: along,
  // Elements stay in place; each also depends on the elements before it.
  cumSum: always,
  // The leading lengths are equal, so the remaining elements belong to the same positions.
  reshape: always,
  transpose: ({ attributes: { permutation }, axes }) => permutation.slice(0, axes).every((from, to) => from === to),
  expand: ({ attributes, axes }) => attributes.axes.slice(0, axes).every((to, from) => from === to),
  slice: ({ attributes: { start, step }, axes }) =>
    start.slice(0, axes).every((at, axis) => at === 0 && step[axis] === 1),
  reverse: (query) => behind(query, ...query.attributes.axes),
  pad: ({ attributes: { low, high, interior }, operand, axes }) =>
    operand === 0 && [low, high, interior].every((lengths) => lengths.slice(0, axes).every((length) => length === 0)),
  concat: along,
  dynamicSlice: ({ operand }) => operand === 0,
  dynamicUpdateSlice: ({ operand }) => operand === 0,
  // The axes of the indices replace the gathered axis.
  gather: (query) => (query.operand === 0 ? along(query) : query.attributes.axis === 0),
  gatherElements: (query) => query.operand === 1 || along(query),
  gatherND: ({ attributes: { batchDims }, operand, axes }) => operand === 1 || axes <= batchDims,
  scatterElements: ({ operand }) => operand === 0,
  scatterND: ({ operand }) => operand === 0,
  // The result has the batch axes, then the free axes of the left operand, then those of the right.
  dot: ({ attributes: { batch, contract }, operand, axes, from }) => {
    const side = operand === 0 ? 0 : 1;
    const batched = batch.map((pair) => pair[side]);
    const free = operand === 0 ? axesBut(from.length, [...batched, ...contract.map(([left]) => left)]) : [];
    const first = [...batched, ...free].slice(0, axes);
    return first.length === axes && first.every((axis, at) => axis === at);
  },
  topK: along,
  windows: (query) => windowed(query.attributes.size.length)(query),
  // Images are [batch, channels, …].
  conv: ({ operand, axes }) => operand === 0 && axes <= 1,
  windowSum: (query) => windowed(query.attributes.window.length)(query),
  maxPool: (query) => windowed(query.attributes.window.length)(query),
  maxUnpool: (query) => windowed(query.attributes.window.length)(query),
  call: ({ attributes: { body }, operand, result, axes }) => keptThrough(body, operand, result, axes),
  cond: ({ attributes: { thenBranch, elseBranch }, operand, result, axes }) =>
    operand > 0 && [thenBranch, elseBranch].every((branch) => keptThrough(branch, operand - 1, result, axes)),
  // A loop processes slices along the first axis one after another.
  scan: never,
  while: never,
};

/**
 * Returns true if the first axes of an operand stay in place in a result: each position along them depends only on the
 * same position of this operand. A property of the positions, such as a mask of time steps, then also holds for the
 * result.
 *
 * @param positions index of the operand and of the result
 * @param axes number of axes, from the first
 * @param from shape of the operand
 * @param to shape of the result
 * @example
 * ```ts
 * const b = graphBuilder();
 * const graph = b.finish([b.reduceSum(b.input({ dtype: 'float32', shape: [2, 3, 4] }), [2])]);
 * keepsAxes(graph.nodes[0], { operand: 0, result: 0 }, 2, [2, 3, 4], [2, 3]); // => true
 * ```
 */
export function keepsAxes(
  { op, attributes }: Pick<Node, 'op' | 'attributes'>,
  positions: { readonly operand: number; readonly result: number },
  axes: number,
  from: Shape,
  to: Shape,
): boolean {
  if (to.length < axes || from.length < axes) return false;
  for (let axis = 0; axis < axes; axis++) if (from[axis] !== to[axis]) return false;
  // The rule of an operator takes that operator's attributes; TypeScript cannot prove this through the union.
  const rule = Object.hasOwn(rules, op) ? (Reflect.get(rules, op) as Rule<unknown>) : always;
  return rule({ attributes, ...positions, axes, from, to });
}

/** Returns true if the first axes of a graph's input stay in place in an output. */
function keptThrough(graph: Graph, input: number, output: number, axes: number): boolean {
  const kept = new Set<Value>([input]);
  for (const node of graph.nodes) {
    node.results.forEach((value, result) => {
      const keeps = node.operands.some(
        (from, operand) =>
          kept.has(from) &&
          keepsAxes(node, { operand, result }, axes, graph.types[from].shape, graph.types[value].shape),
      );
      if (keeps) kept.add(value);
    });
  }
  return kept.has(graph.outputs[output]);
}
