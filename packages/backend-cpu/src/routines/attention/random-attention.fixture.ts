import {
  applyComposite,
  type DType,
  type Graph,
  graphBuilder,
  type HostArray,
  hostArray,
  inputTypes,
  newElements,
  type Value,
} from '@manabi/ir';
import type { RandomSource } from '@manabi/testing';

/** A call of attention to test. */
export interface AttentionCase {
  readonly batch: readonly number[];
  readonly queries: number;
  readonly keys: number;
  readonly features: number;
  readonly width: number;
  readonly mask: 'bool' | 'float32' | null;
  readonly causal: boolean;
}

/** Returns a random case whose lengths do not divide blocks, or are shorter or longer than them. */
export function randomCase(random: RandomSource): AttentionCase {
  return {
    batch: random.pick([[], [3], [2, 3], [17]]),
    queries: random.pick([1, 3, 4, 31, 33, 65, 130]),
    keys: random.pick([1, 3, 8, 45, 64, 70, 129, 200]),
    features: random.pick([1, 4, 6, 16, 20]),
    width: random.pick([1, 3, 4, 16, 33]),
    mask: random.pick([null, 'bool', 'float32'] as const),
    causal: random.next() < 0.5,
  };
}

/**
 * Returns the graph of a call. With a random source, its operands are views: inputs that are transposed, sliced or, except for the
 * queries, broadcast.
 */
export function attentionGraph(
  { batch, queries, keys, features, width, mask, causal }: AttentionCase,
  views: RandomSource | null = null,
): Graph {
  const b = graphBuilder();
  const operand = (lengths: readonly number[], dtype: DType, mayRepeat: boolean): (() => Value) => {
    const shape = [...batch, ...lengths];
    if (views === null) {
      const input = b.input({ dtype, shape });
      return () => input;
    }
    const axes = shape.map((_, axis) => axis);
    const order = views.permutation(shape.length);
    const repeats = mayRepeat && batch.length > 0 && views.next() < 0.5;
    const margin = views.next() < 0.3 ? 1 : 0;
    const lengthOf = (axis: number): number => (repeats && axis === 0 ? 1 : shape[axis]);
    const input = b.input({ dtype, shape: order.map((axis) => lengthOf(axis) + 2 * margin) });
    return () => {
      const start = order.map(() => margin);
      const limit = order.map((axis) => lengthOf(axis) + margin);
      const strides = order.map(() => 1);
      const moved = b.transpose(
        b.slice(input, start, limit, strides),
        axes.map((axis) => order.indexOf(axis)),
      );
      return repeats ? b.expand(moved, shape, axes) : moved;
    };
  };
  const operands = [
    operand([queries, features], 'float32', false),
    operand([keys, features], 'float32', true),
    operand([keys, width], 'float32', true),
    ...(mask === null ? [] : [operand([queries, keys], mask, true)]),
  ];
  return b.finish(
    applyComposite(
      b,
      'attention',
      operands.map((of) => of()),
      { scale: 0.3, causal },
    ),
  );
}

/** Returns random inputs of a graph. */
export function inputsOf(graph: Graph, random: RandomSource): HostArray[] {
  return inputTypes(graph).map((type) => {
    const data = newElements('inputsOf', type);
    for (let i = 0; i < data.length; i++) {
      data[i] = type.dtype === 'bool' ? random.integer(0, 2) : Math.round(random.uniform(-256, 256)) / 128;
    }
    return hostArray(type.dtype, type.shape, data);
  });
}
