import type { CompositeConfigs } from '@manabi/ir';
import { int, ints } from '../write/attribute.ts';
import { padAttributes } from '../write/pad-attributes.ts';
import { isEmpty, isFloat32 } from './operand.ts';
import type { CompositeRow, CompositeRows } from './row.ts';

/** Names of composites that are pooling operators. */
export type PoolingName = 'avgPool';

/** Largest number of spatial axes over which ONNX Runtime supports pooling. */
const MOST_AXES = 3;

const avgPool: CompositeRow<CompositeConfigs['avgPool']> = (scope, node, config) => {
  const { window, strides, padding, dilation, countIncludePad } = config;
  const [x] = node.operands;
  const hasChannels = scope.shape(x).length === window.length + 2;
  if (!hasChannels || window.length > MOST_AXES || !isFloat32(scope, node) || isEmpty(scope, x)) return null;
  if (padding.some(([low, high]) => low < 0 || high < 0)) return null;
  const isDilated = dilation.some((step) => step > 1);
  if (isDilated && !scope.writer.file.uses(19)) return null;
  const attributes = {
    kernel_shape: ints(window),
    strides: ints(strides),
    ...padAttributes(padding, node.isSamePadded),
    dilations: isDilated ? ints(dilation) : undefined,
    count_include_pad: int(countIncludePad),
  };
  return [scope.writer.emitOne('AveragePool', [scope.term(x)], 'float32', attributes)];
};

export const poolingRows: CompositeRows<PoolingName> = { avgPool };
