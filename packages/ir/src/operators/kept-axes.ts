import type { Attributes, Graph, Node, OpName, Value } from '../graph/graph.ts';
import type { Shape } from '../types/shape.ts';
import type { ElementwiseBinaryOp } from './elementwise/binary.ts';
import type { ElementwiseUnaryOp } from './elementwise/unary.ts';
import { axesBut } from './layout/axes.ts';

/** Argument of a rule, which decides whether the first axes of an operand are also the first axes of a result. */
interface Query<A> {
  readonly attributes: A;
  /** Number of the operand. */
  readonly operand: number;
  /** Number of the result. */
  readonly result: number;
  /** How many of the first axes are considered. */
  readonly axes: number;
  /** Shape of the operand. */
  readonly from: Shape;
  /** Shape of the result. */
  readonly to: Shape;
}

type Rule<A> = (query: Query<A>) => boolean;

const always = (): boolean => true;
const never = (): boolean => false;

/** Returns true if all axes that an operator changes come after the first `axes` axes. */
const behind = ({ axes }: { readonly axes: number }, ...touched: readonly number[]): boolean =>
  touched.every((axis) => axis >= axes);

const reduced: Rule<{ readonly axes: readonly number[] }> = (query) => behind(query, ...query.attributes.axes);
const along: Rule<{ readonly axis: number }> = (query) => behind(query, query.attributes.axis);
/** Creates the rule of an operator with windows over the last `count` axes. */
const windowed =
  (count: number): Rule<unknown> =>
  ({ axes, from }) =>
    axes <= from.length - count;

/** Elementwise operators of one or two operands. They keep all axes, so they need no rule. */
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
  // Each element of the result belongs to the operand's element at the same position, although it also depends on the
  // elements before it.
  cumSum: always,
  // The first lengths are equal, so in row-major order each position contains the same elements before and after.
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
  // The result has the axes of the indices at the position of the gathered axis.
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
  // Images have the axes [batch, channels, …].
  conv: ({ operand, axes }) => operand === 0 && axes <= 1,
  windowSum: (query) => windowed(query.attributes.window.length)(query),
  maxPool: (query) => windowed(query.attributes.window.length)(query),
  maxUnpool: (query) => windowed(query.attributes.window.length)(query),
  call: ({ attributes: { body }, operand, result, axes }) => keptThrough(body, operand, result, axes),
  cond: ({ attributes: { thenBranch, elseBranch }, operand, result, axes }) =>
    operand > 0 && [thenBranch, elseBranch].every((branch) => keptThrough(branch, operand - 1, result, axes)),
  // Iterations of a loop may mix the positions along the first axis.
  scan: never,
  while: never,
};

/**
 * Returns true if the first axes of an operand are also the first axes of a result, and the result at each position
 * along them depends only on the same position of this operand. For example, a mask of time steps that applies to the
 * operand then also applies to the result.
 *
 * @param positions numbers of the operand and of the result
 * @param axes how many of the first axes are considered
 * @param from shape of the operand
 * @param to shape of the result
 * @example
 * ```ts
 * import { graphBuilder, keepsAxes } from '@manabi/ir';
 *
 * const b = graphBuilder();
 * const graph = b.finish([b.reduceSum(b.input({ dtype: 'float32', shape: [2, 3, 4] }), [2])]);
 * console.log(keepsAxes(graph.nodes[0], { operand: 0, result: 0 }, 2, [2, 3, 4], [2, 3])); // true
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
  // Each rule takes the attributes of its operator, but TypeScript cannot prove this for a union of operators.
  const rule = Object.hasOwn(rules, op) ? (Reflect.get(rules, op) as Rule<unknown>) : always;
  return rule({ attributes, ...positions, axes, from, to });
}

/** Returns true if `keepsAxes` holds along some path of nodes from a graph's input to an output. */
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
