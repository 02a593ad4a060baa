import type { WindowAttributes } from '@manabi/ir';
import { isFixed, type Length, productOf } from '../symbolic/length.ts';
import type { OpenNode } from '../symbolic/open-graph.ts';
import { bodyOf } from '../symbolic/trace-body.ts';
import { int, ints } from '../write/attribute.ts';
import type { NodeAttributes } from '../write/draft.ts';
import { expand, reshape } from '../write/layout.ts';
import { padAttributes } from '../write/pad-attributes.ts';
import type { Scope } from '../write/scope.ts';
import type { Bound, Term } from '../write/term.ts';
import { unpooledByComparison } from './gradients/max-unpool.ts';
import { indexTerm } from './index-term.ts';
import { rangeOf } from './layout-dynamic.ts';
import { scattered } from './scatter.ts';
import { checkFixedPadding, hasWindowKernel } from './windows-conv.ts';

/** A value after a reshape to the layout `[N, C, ...n]` of ONNX's pooling operators, with its shape. */
interface Images {
  readonly term: Term;
  readonly shape: readonly Length[];
}

/** Writes the sum of each window as AveragePool times the number of elements in a window. Padding counts as zeros. */
export function windowSum(scope: Scope, node: OpenNode<'windowSum'>): readonly Bound[] {
  const { writer: w } = scope;
  const [x] = node.operands;
  const { attributes } = node;
  const { window, dilation } = attributes;
  const isDilated = dilation.some((step) => step > 1);
  if (scope.type(x).dtype !== 'float32' || !isPooled(scope, x, attributes) || (isDilated && !w.file.uses(19))) {
    checkFixedPadding(node);
    return scope.writeGraph(w, bodyOf('windowSum', [scope.type(x)], attributes), [scope.bound(x)]);
  }
  const images = imagesOf(scope, x, window.length);
  const mean = w.compute('AveragePool', [images.term], {
    attributes: { ...poolAttributes(node), count_include_pad: int(1) },
  });
  const count = window.reduce((product, size) => product * size, 1);
  const sum = count === 1 ? mean : w.compute('Mul', [mean, w.scalar(count, 'float32')]);
  return [fromImages(scope, sum, node.results[0], images)];
}

/**
 * Writes MaxPool. ONNX returns indices into the whole tensor, so nodes are added that subtract the index at which each
 * image starts. NaN differs: ONNX Runtime ignores it, while manabi returns it.
 */
export function maxPool(scope: Scope, node: OpenNode<'maxPool'>): readonly Bound[] {
  const { writer: w } = scope;
  const [x] = node.operands;
  const { attributes } = node;
  const { dtype } = scope.type(x);
  const hasKernel = dtype === 'float32' || dtype === 'float64' || dtype === 'uint8';
  if (!hasKernel || !isPooled(scope, x, attributes)) {
    checkFixedPadding(node);
    return scope.writeGraph(w, bodyOf('maxPool', [scope.type(x)], attributes), [scope.bound(x)]);
  }
  const images = imagesOf(scope, x, attributes.window.length);
  const [, indices] = node.results;
  const isUsed = scope.isUsed(indices);
  const made = w.computeAll('MaxPool', [images.term], {
    attributes: poolAttributes(node),
    results: isUsed ? ['same', 'int64'] : ['same'],
  });
  const values = fromImages(scope, made[0], node.results[0], images);
  return isUsed ? [values, fromImages(scope, localIndices(scope, made[1], images), indices, images)] : [values];
}

/** Converts int64 indices into the whole tensor to int32 indices into each image. */
function localIndices(scope: Scope, indices: Term, { shape }: Images): Term {
  const { writer: w } = scope;
  const [count, channels, ...lengths] = shape;
  const lead = productOf([count, channels]);
  const size = productOf(lengths);
  const starts = w.compute('Mul', [rangeOf(w, lead), w.length(size)]);
  const lined = reshape(w, starts, [lead], [count, channels, ...lengths.map(() => 1)]);
  return w.cast(w.compute('Sub', [indices, lined]), 'int32');
}

/**
 * Writes `maxUnpool` as a comparison where possible, otherwise as a scatter that adds the elements with the same index, because
 * overlapping windows may contain the same index.
 */
export function maxUnpool(scope: Scope, node: OpenNode<'maxUnpool'>): readonly Bound[] {
  const { writer: w } = scope;
  const compared = unpooledByComparison(scope, node);
  if (compared !== null) return [compared];
  const { operands, attributes } = node;
  if (scope.type(operands[0]).dtype === 'float32') return [unpooledByIndex(scope, node)];
  const types = operands.map((operand) => scope.type(operand));
  return scope.writeGraph(
    w,
    bodyOf('maxUnpool', types, attributes),
    operands.map((operand) => scope.bound(operand)),
  );
}

/**
 * Writes `maxUnpool` for windows that overlap. Comparing the indices of all windows that cover an element, as other backends do,
 * takes forty times as long in ONNX Runtime.
 */
function unpooledByIndex(
  scope: Scope,
  { operands: [values, indices], results, attributes }: OpenNode<'maxUnpool'>,
): Term {
  const { writer: w } = scope;
  const { inputShape } = attributes;
  const shape = scope.shape(values);
  const lead = shape.slice(0, shape.length - inputShape.length);
  const flat = [...lead, productOf(shape.slice(lead.length))];
  const whole = [...lead, productOf(inputShape)];
  const sums = scattered(
    w,
    expand(w, w.scalar(0, 'float32'), whole),
    reshape(w, indexTerm(scope, indices), shape, flat),
    reshape(w, scope.term(values), shape, flat),
    lead.length,
    'add',
  );
  return reshape(w, sums, whole, scope.shape(results[0]));
}

/**
 * Returns whether ONNX Runtime has a pooling kernel for these windows. The padding must be smaller than the window.
 * This holds even for a separate Pad node, because the optimizer of ONNX Runtime merges the node into the pooling.
 */
function isPooled(scope: Scope, x: number, { window, padding }: WindowAttributes): boolean {
  const shape = scope.shape(x);
  const lead = shape.slice(0, shape.length - window.length);
  const isOpen = lead.filter((length) => !isFixed(length)).length > 1;
  const fits = padding.every((sides, axis) => sides.every((amount) => amount >= 0 && amount < window[axis]));
  return hasWindowKernel(window.length) && fits && !isOpen && !shape.includes(0);
}

function poolAttributes({ attributes, isSamePadded }: OpenNode<'windowSum' | 'maxPool'>): NodeAttributes {
  const { window, strides, padding, dilation } = attributes;
  return {
    kernel_shape: ints(window),
    strides: ints(strides),
    ...padAttributes(padding, isSamePadded),
    ...(dilation.some((step) => step > 1) ? { dilations: ints(dilation) } : {}),
  };
}

function imagesOf(scope: Scope, x: number, rank: number): Images {
  const shape = scope.shape(x);
  const lead = shape.slice(0, shape.length - rank);
  const images = lead.length === 2 ? shape : [productOf(lead), 1, ...shape.slice(lead.length)];
  return { term: reshape(scope.writer, scope.term(x), shape, images), shape: images };
}

function fromImages(scope: Scope, term: Term, result: number, { shape: [count, channels, ...pooled] }: Images): Term {
  const shape = scope.shape(result);
  return reshape(scope.writer, term, [count, channels, ...shape.slice(shape.length - pooled.length)], shape);
}
