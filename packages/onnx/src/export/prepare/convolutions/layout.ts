import { equalShapes, type GraphBuilder, type Node, type Value } from '@manabi/ir';

/** Returns the numbers of all axes of a value. */
export function axesOf(b: GraphBuilder, x: Value): number[] {
  return b.shape(x).map((_, axis) => axis);
}

/** Transposes images [N, C, n...] to [N, n..., C]; returns the images that were transposed in the opposite way, as in a layer. */
export function channelsLast(b: GraphBuilder, x: Value): Value {
  const [, , ...spatial] = axesOf(b, x);
  const maker = b.maker(x);
  const opposite = [0, spatial.length + 1, ...spatial.map((axis) => axis - 1)];
  if (maker?.op === 'transpose' && equalShapes(maker.attributes.permutation, opposite)) return maker.operands[0];
  return b.transpose(x, [0, ...spatial, 1]);
}

/** Transposes images [N, n..., C] to [N, C, n...]. */
export function channelsSecond(b: GraphBuilder, x: Value): Value {
  const axes = axesOf(b, x);
  return b.transpose(x, [0, axes.length - 1, ...axes.slice(1, -1)]);
}

/** The value that filters are rearranged from. */
export interface Origin {
  readonly value: Value;
  readonly isTransposed: boolean;
  readonly isReversed: boolean;
}

/** Returns the value that filters are rearranged from, which is an input of the graph if a layer stores them. */
export function originOf(makers: readonly (Node | undefined)[], value: Value): Origin {
  const maker = makers[value];
  const isReversed = maker?.op === 'reverse';
  const isTransposed = maker?.op === 'transpose';
  if (!isReversed && !isTransposed && maker?.op !== 'reshape') return { value, isTransposed: false, isReversed: false };
  const origin = originOf(makers, maker.operands[0]);
  return {
    value: origin.value,
    isTransposed: isTransposed || origin.isTransposed,
    isReversed: isReversed || origin.isReversed,
  };
}
