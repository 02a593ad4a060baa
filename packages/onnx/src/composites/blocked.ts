import { fixedShape } from '../symbolic/length.ts';
import { int, ints } from '../write/attribute.ts';
import { reshape } from '../write/layout.ts';
import { padsOf } from '../write/pad-attributes.ts';
import type { CompositeRow } from './row.ts';

/** Name of calls of convolutions of blocks of channels, which only a pass for the backend creates. */
export const BLOCKED_CONVOLUTION = 'blockedConvolution';

/**
 * Writes a convolution of images [N, C / block, H, W, block] with filters [C / block, h, w, block] by the operator that ONNX Runtime
 * writes into optimized files. Its operands have the shapes of the usual layout, although their elements are in blocks.
 */
export const blockedConvolution: CompositeRow<unknown> = (scope, { operands, results, attributes: { body } }) => {
  const { writer: w } = scope;
  const [images, filters, made] = [...operands, ...results].map((value) => fixedShape(scope.shape(value)));
  const convolution = body.nodes.find(({ op }) => op === 'conv');
  if (convolution?.op !== 'conv' || !images || !filters || !made) return null;
  const { strides, padding, rhsDilation, groups } = convolution.attributes;
  const [count, , ...lengths] = images;
  const [x, kernel] = scope.terms(operands);
  const inputs = [
    reshape(w, x, images, [count, groups, ...lengths.slice(0, 2)]),
    reshape(w, kernel, filters, [groups, 1, ...filters.slice(1, 3)]),
  ];
  const result = w.emitOne('com.microsoft.nchwc.Conv', inputs, 'float32', {
    kernel_shape: ints(filters.slice(1, 3)),
    strides: ints(strides),
    dilations: ints(rhsDilation),
    pads: ints(padsOf(padding)),
    group: int(groups),
  });
  return [reshape(w, result, [count, groups, ...made.slice(2, 4)], made)];
};
