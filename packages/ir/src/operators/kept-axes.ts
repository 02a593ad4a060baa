import type { Attributes, Graph, Node, OpName, Value } from '../graph/graph.ts';
import type { Shape } from '../types/shape.ts';
import type { ElementwiseBinaryOp } from './elementwise/binary.ts';
import type { ElementwiseUnaryOp } from './elementwise/unary.ts';
import { axesBut } from './layout/axes.ts';

/** What is asked of an operator: where the first axes of one of its operands are in one of its results. */
interface Question<A> {
  readonly attributes: A;
  /** Position among the operands. */
  readonly operand: number;
  /** Position among the results. */
  readonly result: number;
  /** How many axes, from the first. */
  readonly axes: number;
  readonly from: Shape;
  readonly to: Shape;
}

type Rule<A> = (question: Question<A>) => boolean;

const always = (): boolean => true;
const never = (): boolean => false;

/** What an operator moves, joins or reduces lies behind the first axes. */
const behind = ({ axes }: { readonly axes: number }, ...touched: readonly number[]): boolean =>
  touched.every((axis) => axis >= axes);

const reduced: Rule<{ readonly axes: readonly number[] }> = (question) => behind(question, ...question.attributes.axes);
const along: Rule<{ readonly axis: number }> = (question) => behind(question, question.attributes.axis);
/** Windows lie over the last axes. */
const windowed =
  (count: number): Rule<unknown> =>
  ({ axes, from }) =>
    axes <= from.length - count;

/** Elementwise operators of one or two operands keep all axes. */
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
  // Elements stay where they are, and take in those before them.
  cumSum: always,
  // The first lengths are the same, so that the rest of the elements belongs to the same positions.
  reshape: always,
  transpose: ({ attributes: { permutation }, axes }) => permutation.slice(0, axes).every((from, to) => from === to),
  expand: ({ attributes, axes }) => attributes.axes.slice(0, axes).every((to, from) => from === to),
  slice: ({ attributes: { start, step }, axes }) =>
    start.slice(0, axes).every((at, axis) => at === 0 && step[axis] === 1),
  reverse: (question) => behind(question, ...question.attributes.axes),
  pad: ({ attributes: { low, high, interior }, operand, axes }) =>
    operand === 0 && [low, high, interior].every((lengths) => lengths.slice(0, axes).every((length) => length === 0)),
  concat: along,
  dynamicSlice: ({ operand }) => operand === 0,
  dynamicUpdateSlice: ({ operand }) => operand === 0,
  // The indices' axes stand in place of the axis that is gathered from.
  gather: (question) => (question.operand === 0 ? along(question) : question.attributes.axis === 0),
  gatherElements: (question) => question.operand === 1 || along(question),
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
  windows: (question) => windowed(question.attributes.size.length)(question),
  // Images are [batch, channels, …].
  conv: ({ operand, axes }) => operand === 0 && axes <= 1,
  windowSum: (question) => windowed(question.attributes.window.length)(question),
  maxPool: (question) => windowed(question.attributes.window.length)(question),
  maxUnpool: (question) => windowed(question.attributes.window.length)(question),
  call: ({ attributes: { body }, operand, result, axes }) => keptThrough(body, operand, result, axes),
  cond: ({ attributes: { thenBranch, elseBranch }, operand, result, axes }) =>
    operand > 0 && [thenBranch, elseBranch].every((branch) => keptThrough(branch, operand - 1, result, axes)),
  // Slices along the first axis go through a loop one after another.
  scan: never,
  while: never,
};

/**
 * Whether the first axes of an operand stand in place in a result: each position along them holds what was computed of that
 * position of the operand, whatever else went in. What is true of the positions, such as a mask of time steps, is then true
 * of the result's.
 *
 * @param axes how many axes, from the first
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
  // An operator's rule takes that operator's attributes; the compiler cannot see that through the union.
  const rule = Object.hasOwn(rules, op) ? (Reflect.get(rules, op) as Rule<unknown>) : always;
  return rule({ attributes, ...positions, axes, from, to });
}

/** Whether the first axes of an input of a graph stand in place in an output. */
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
