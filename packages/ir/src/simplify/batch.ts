import type { GraphBuilder } from '../graph/builder.ts';
import type { Attributes, AxisPair, Node, OpName, Value } from '../graph/graph.ts';
import type { Lowering } from '../operators/lowering.ts';
import { lowerings } from '../operators/lowerings-table.ts';
import type { Shape } from '../types/shape.ts';

/**
 * A value of a loop's body, computed outside the loop: its values in all iterations, stacked along a new axis 0, or a
 * single value if it is the same in all iterations.
 */
export interface BatchOperand {
  readonly value: Value;
  readonly stacked: boolean;
}

/** The builder of the graph around the loop, and the number of iterations. */
interface BatchContext {
  readonly builder: GraphBuilder;
  readonly length: number;
}

type BatchRule<K extends OpName> = (
  context: BatchContext,
  operands: readonly BatchOperand[],
  attributes: Attributes[K],
) => Value | null;

type BatchRules = { readonly [K in OpName]?: BatchRule<K> };

/**
 * Returns true if `batchNode` supports the operator of a node; it may still return null for the attributes of the node.
 */
export function isBatchable(node: Node): boolean {
  return isElementwise(node) || RULES[node.op] !== undefined;
}

/**
 * Emits the operator of a node in a loop's body once for all iterations. The result is stacked along axis 0. Returns
 * null if this is not supported. At least one operand must be stacked.
 */
export function batchNode<K extends OpName>(
  builder: GraphBuilder,
  node: Node<K>,
  operands: readonly BatchOperand[],
  length: number,
): Value | null {
  const { op, attributes }: { op: K; attributes: Attributes[K] } = node;
  const context = { builder, length };
  const rule: BatchRules[K] = RULES[op];
  if (rule !== undefined) return rule(context, operands, attributes);
  if (!isElementwise(node)) return null;
  return builder.emit(
    op,
    operands.map((operand) => stackOf(context, operand)),
    attributes,
  )[0];
}

function isElementwise<K extends OpName>({ op }: Node<K>): boolean {
  const lowering: Lowering<K> = lowerings[op];
  return lowering.class === 'pointwise' && lowering.kind === 'elementwise';
}

function stackOf({ builder, length }: BatchContext, { value, stacked }: BatchOperand): Value {
  if (stacked) return value;
  const shape = builder.shape(value);
  return builder.expand(
    value,
    [length, ...shape],
    shape.map((_, axis) => axis + 1),
  );
}

const RULES: BatchRules = {
  reshape: ({ builder, length }, [{ value }], { shape }) => builder.reshape(value, [length, ...shape]),
  transpose: ({ builder }, [{ value }], { permutation }) => builder.transpose(value, [0, ...shifted(permutation)]),
  expand: ({ builder, length }, [{ value }], { shape, axes }) =>
    builder.expand(value, [length, ...shape], [0, ...shifted(axes)]),
  slice: ({ builder, length }, [{ value }], { start, limit, step }) =>
    builder.slice(value, [0, ...start], [length, ...limit], [1, ...step]),
  reverse: ({ builder }, [{ value }], { axes }) => builder.reverse(value, shifted(axes)),
  pad: ({ builder }, [{ value }, fill], { low, high, interior }) =>
    fill.stacked ? null : builder.pad(value, fill.value, [0, ...low], [0, ...high], [0, ...interior]),
  concat: (context, parts, { axis }) =>
    context.builder.concat(
      parts.map((part) => stackOf(context, part)),
      axis + 1,
    ),
  reduceSum: ({ builder }, [{ value }], { axes }) => builder.reduceSum(value, shifted(axes)),
  reduceProd: ({ builder }, [{ value }], { axes }) => builder.reduceProd(value, shifted(axes)),
  reduceMax: ({ builder }, [{ value }], { axes }) => builder.reduceMax(value, shifted(axes)),
  reduceMin: ({ builder }, [{ value }], { axes }) => builder.reduceMin(value, shifted(axes)),
  dot: ({ builder }, [left, right], { batch, contract }) => {
    const shift = ([l, r]: AxisPair): AxisPair => [l + (left.stacked ? 1 : 0), r + (right.stacked ? 1 : 0)];
    const pairs = batch.map(shift);
    const joined = contract.map(shift);
    if (left.stacked && right.stacked) return builder.dot(left.value, right.value, [[0, 0], ...pairs], joined);
    const product = builder.dot(left.value, right.value, pairs, joined);
    // In the product, the axis of the iterations is the first free axis of the stacked operand.
    const leftFree = builder.shape(left.value).length - pairs.length - joined.length;
    return frontAxis(builder, product, left.stacked ? pairs.length : pairs.length + leftFree);
  },
};

function frontAxis(builder: GraphBuilder, x: Value, axis: number): Value {
  const others = builder
    .shape(x)
    .map((_, i) => i)
    .filter((i) => i !== axis);
  return axis === 0 ? x : builder.transpose(x, [axis, ...others]);
}

/** Increases axis numbers by one, because stacking inserts a new first axis. */
function shifted(axes: readonly number[]): Shape {
  return axes.map((axis) => axis + 1);
}
