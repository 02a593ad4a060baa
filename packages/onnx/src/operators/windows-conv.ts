import { type Attributes, ManabiError, type Padding, type Value } from '@manabi/ir';
import { divided, fixedShape, type Length, linear } from '../symbolic/length.ts';
import type { OpenNode } from '../symbolic/open-graph.ts';
import { bodyOf } from '../symbolic/trace-body.ts';
import { int, ints } from '../write/attribute.ts';
import type { NodeAttributes } from '../write/draft.ts';
import { reshape, reverse, transpose } from '../write/layout.ts';
import { padAttributes, padsOf } from '../write/pad-attributes.ts';
import type { Scope } from '../write/scope.ts';
import type { Bound, Term } from '../write/term.ts';
import type { Writer } from '../write/writer.ts';
import { filterGradient } from './gradients/filter-gradient.ts';
import { padded, spreadOut } from './pad.ts';

/** Returns whether ONNX Runtime has convolution and pooling kernels for this number of spatial axes. */
export function hasWindowKernel(rank: number): boolean {
  return rank >= 1 && rank <= 3;
}

/**
 * Writes a convolution as Conv, or as ConvTranspose if its input is dilated. Where ONNX Runtime has no kernel, writes
 * other operators that compute the same result.
 */
export function convolution(scope: Scope, node: OpenNode<'conv'>): readonly Bound[] {
  const { writer: w } = scope;
  const { attributes, operands } = node;
  const types = operands.map((operand) => scope.type(operand));
  const [image, weights] = types.map(({ shape }) => shape);
  const kernel = fixedShape(weights.slice(2));
  const isEmpty = types.some(({ shape }) => shape.includes(0)) || scope.shape(node.results[0]).includes(0);
  if (types[0].dtype !== 'float32' || !hasWindowKernel(attributes.strides.length) || isEmpty || kernel === null) {
    checkFixedPadding(node);
    const bounds = operands.map((operand) => scope.bound(operand));
    return scope.writeGraph(w, bodyOf('conv', types, attributes), bounds);
  }
  if (node.isSamePadded) {
    const given = scope.terms(operands);
    return [w.compute('Conv', given, { attributes: convAttributes(node, kernel, []) })];
  }
  const gradient = filterGradient(scope, node);
  if (gradient !== null) return [gradient];
  const spatial = kernel.map((_, i) => i + 2);
  const reversed = beforeReverse(scope, operands[1], spatial);
  const isTransposed = reversed !== null || attributes.lhsDilation.some((step) => step > 1);
  const transposedPads = isTransposed ? transposedPadding(attributes, kernel) : null;
  if (transposedPads !== null) {
    const x = scope.term(operands[0]);
    const filters = reversed ?? reverse(w, scope.term(operands[1]), spatial);
    return [transposedConvolution(w, x, filters, weights, attributes, kernel, transposedPads)];
  }
  const [x, filters] = scope.terms(operands);
  const between = attributes.lhsDilation.map((step) => step - 1);
  const zero = w.scalar(0, 'float32');
  const spread = between.some((count) => count > 0) ? spreadOut(w, x, image, [0, 0, ...between], zero) : x;
  const cut = attributes.padding.map(([low, high]): Padding => [Math.min(low, 0), Math.min(high, 0)]);
  const within = padded(w, spread, cut, image.length, zero);
  return [
    w.compute('Conv', [within, filters], {
      attributes: convAttributes(
        node,
        kernel,
        attributes.padding.map(([low, high]): Padding => [Math.max(low, 0), Math.max(high, 0)]),
      ),
    }),
  ];
}

function convAttributes(
  { attributes, isSamePadded }: OpenNode<'conv'>,
  kernel: readonly number[],
  padding: readonly Padding[],
): NodeAttributes {
  return {
    kernel_shape: ints(kernel),
    strides: ints(attributes.strides),
    dilations: ints(attributes.rhsDilation),
    ...padAttributes(padding, isSamePadded),
    group: int(attributes.groups),
  };
}

/**
 * Checks that the padding of sliding windows is fixed, where nodes other than ONNX's own operator replace it.
 *
 * @throws ManabiError `graph`
 */
export function checkFixedPadding({ op, isSamePadded }: OpenNode): void {
  if (!isSamePadded) return;
  throw new ManabiError(
    'graph',
    `The padding of ${op} depends on a variable length, and no operator of ONNX Runtime computes it for this dtype and number of axes. Build the model with fixed input lengths.`,
    { op: 'exportOnnx', data: { operator: op, attribute: 'padding' } },
  );
}

/**
 * Returns a value without the node that reverses it along exactly these axes, which may be followed by a transpose. Returns
 * null if there is no such node.
 */
function beforeReverse(scope: Scope, value: Value, axes: readonly number[]): Term | null {
  const last = scope.maker(value);
  const permutation =
    last?.op === 'transpose' ? last.attributes.permutation : scope.shape(value).map((_, axis) => axis);
  const node = last?.op === 'transpose' ? scope.maker(last.operands[0]) : last;
  if (node?.op !== 'reverse' || node.attributes.axes.length !== axes.length) return null;
  if (!axes.every((axis) => node.attributes.axes.includes(permutation[axis]))) return null;
  return transpose(scope.writer, scope.term(node.operands[0]), permutation);
}

/** Padding of a ConvTranspose. */
interface TransposedPadding {
  readonly pads: readonly Padding[];
  /** Output padding. */
  readonly extra: readonly number[];
  /** Zeros that follow the result, because ONNX Runtime has no larger output padding. */
  readonly after: readonly number[];
}

/**
 * Returns the padding and output padding of a ConvTranspose that computes the same as a convolution of a dilated input, or with reversed filters.
 * Returns null if there is none; zeros must then be inserted into the input.
 */
function transposedPadding(
  { strides, padding, lhsDilation, rhsDilation }: Attributes['conv'],
  kernel: readonly number[],
): TransposedPadding | null {
  if (strides.some((step) => step !== 1)) return null;
  const reach = kernel.map((size, axis) => (size - 1) * rhsDilation[axis]);
  const cut = padding.map(([low, high], axis): Padding => [reach[axis] - low, reach[axis] - high]);
  const beyond = cut.map(([, high]) => Math.max(0, -high));
  const extra = beyond.map((count, axis) => Math.min(count, lhsDilation[axis] - 1));
  const after = beyond.map((count, axis) => count - extra[axis]);
  const pads = cut.map(([low, high]): Padding => [low, Math.max(0, high)]);
  return cut.every(([low]) => low >= 0) ? { pads, extra, after } : null;
}

/**
 * Writes ConvTranspose, given the filters of the convolution with reversed spatial axes. In its own filters, input and
 * output channels are exchanged within each group.
 */
function transposedConvolution(
  w: Writer,
  x: Term,
  filters: Term,
  shape: readonly Length[],
  { groups, lhsDilation, rhsDilation }: Attributes['conv'],
  kernel: readonly number[],
  { pads, extra, after }: TransposedPadding,
): Term {
  const [count, perGroup] = shape;
  const inGroup = divided(count, groups);
  const spatial = kernel.map((_, i) => i + 3);
  const apart = [groups, inGroup, perGroup, ...kernel];
  const exchanged = transpose(w, reshape(w, filters, shape, apart), [0, 2, 1, ...spatial]);
  const together = [linear(perGroup, groups), inGroup, ...kernel];
  const kernels = reshape(w, exchanged, [groups, perGroup, inGroup, ...kernel], together);
  const result = w.compute('ConvTranspose', [x, kernels], {
    attributes: {
      kernel_shape: ints(kernel),
      strides: ints(lhsDilation),
      dilations: ints(rhsDilation),
      pads: ints(padsOf(pads)),
      output_padding: ints(extra),
      group: int(groups),
    },
  });
  const behind = after.map((count): Padding => [0, count]);
  return padded(w, result, behind, kernel.length + 2, w.scalar(0, 'float32'));
}
