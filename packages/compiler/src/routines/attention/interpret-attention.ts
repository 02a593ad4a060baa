import {
  applyComposite,
  type DType,
  type GraphBuilder,
  graphBuilder,
  hostArray,
  newElements,
  type Shape,
  sizeOf,
  type Value,
} from '@manabi/ir';
import { attentionGradients, attentionWithStatistics } from '@manabi/ir/attention';
import { interpret } from '@manabi/ir/reference';
import type { RoutineRun } from '../routine-run.ts';
import type { AttentionAttributes, AttentionOperand } from './attention.ts';
import type { AttentionGradientAttributes } from './attention-gradient.ts';
import { STATISTICS_AT } from './join-gradients.ts';

/**
 * Runs the body of the composite: the reference implementation of the routine `attention`, and of attention with statistics if
 * there is a second result.
 */
export function interpretAttention(attributes: AttentionAttributes, run: RoutineRun): void {
  const { query, key, value, mask } = operandsOf(attributes);
  interpretBody('attention', [query, key, value, ...mask], attributes, run, (b, inputs, config) =>
    run.results.length > 1
      ? attentionWithStatistics(b, inputs, config)
      : applyComposite(b, 'attention', inputs, config),
  );
}

/** Computes all gradients of attention. The statistics are not needed. */
export function interpretGradients(attributes: AttentionGradientAttributes, run: RoutineRun): void {
  const operands = run.operands.filter((_, i) => i !== STATISTICS_AT);
  interpretBody(
    'attentionGradient',
    gradientOperands(attributes),
    attributes,
    { ...run, operands },
    (b, inputs, config) => attentionGradients(b, inputs, config),
  );
}

/** Runs the body of a composite for a gradient of attention. */
export function interpretGradient(
  name: 'attentionQueryGradient' | 'attentionKeyGradient',
  attributes: AttentionGradientAttributes,
  run: RoutineRun,
): void {
  interpretBody(name, gradientOperands(attributes), attributes, run, (b, inputs, config) =>
    applyComposite(b, name, inputs, config),
  );
}

function gradientOperands(attributes: AttentionGradientAttributes): readonly Given[] {
  const { dtype, queries, width, gradient, mean } = attributes;
  const { query, key, value, mask } = operandsOf(attributes);
  const further: readonly Given[] = [
    { operand: gradient, shape: [queries, width], dtype },
    { operand: mean, shape: [queries], dtype: 'float32' },
  ];
  return [query, key, value, ...further, ...mask];
}

/** An operand of a call, with the shape without batch axes. */
interface Given {
  readonly operand: AttentionOperand;
  readonly shape: Shape;
  readonly dtype: DType;
}

function operandsOf({ dtype, queries, keys, features, width, query, key, value, mask }: AttentionAttributes) {
  const given = (operand: AttentionOperand, shape: Shape, of = dtype): Given => ({ operand, shape, dtype: of });
  return {
    query: given(query, [queries, features]),
    key: given(key, [keys, features]),
    value: given(value, [keys, width]),
    mask: mask === null ? [] : [given(mask, [queries, keys], mask.isAdded ? 'float32' : 'bool')],
  };
}

function interpretBody(
  name: string,
  given: readonly Given[],
  { batch, scale, causal }: AttentionAttributes,
  { operands, results }: RoutineRun,
  body: (
    b: GraphBuilder,
    inputs: readonly Value[],
    config: { readonly scale: number; readonly causal: boolean },
  ) => readonly Value[],
): void {
  const b = graphBuilder();
  const types = given.map(({ dtype, shape }) => ({ dtype, shape: [...batch, ...shape] }));
  const inputs = types.map((type) => b.input(type));
  const graph = b.finish(body(b, inputs, { scale, causal }));
  const arrays = given.map(({ operand }, i) => {
    const elements = newElements(name, types[i]);
    positions(types[i].shape, operand).forEach((at, element) => {
      elements[element] = operands[i][at];
    });
    return hostArray(types[i].dtype, types[i].shape, elements);
  });
  interpret(graph, arrays).forEach(({ data }, i) => {
    results[i].set(data);
  });
}

/** Returns the positions of the elements of an operand in its slot, in row-major order. */
function positions(
  shape: Shape,
  { offset, batchStrides, rowStride, columnStride }: AttentionOperand,
): readonly number[] {
  const strides = [...batchStrides, rowStride, columnStride].slice(0, shape.length);
  return Array.from({ length: sizeOf(shape) }, (_, element) => {
    let rest = element;
    let position = offset;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      position += (rest % shape[axis]) * strides[axis];
      rest = Math.floor(rest / shape[axis]);
    }
    return position;
  });
}
