import type { CompositeConfigs, Value } from '@manabi/ir';
import { isFixed } from '../symbolic/length.ts';
import { float, int } from '../write/attribute.ts';
import type { NodeAttributes } from '../write/draft.ts';
import { transpose } from '../write/layout.ts';
import type { Scope } from '../write/scope.ts';
import type { Term } from '../write/term.ts';
import { fixedLength, isEmpty, isFloat32, ones, zeros } from './operand.ts';
import { bodyOnly, type CompositeRow, type CompositeRows } from './row.ts';

/** Names of composites that are normalizations. */
export type NormalizationName = 'layerNorm' | 'rmsNorm' | 'batchNorm' | 'batchNormTraining' | 'groupNorm';

/**
 * Returns the first of the given axes if they are the last axes, in order, of an array of the given rank; null
 * otherwise.
 */
function firstOfTrailing(axes: readonly number[], rank: number): number | null {
  const first = rank - axes.length;
  return axes.length > 0 && axes.every((axis, i) => axis === first + i) ? first : null;
}

/**
 * Returns the function that writes a normalization over the last axes of x. The operands are x, scale and bias; a
 * missing scale is written as ones, and the bias is optional.
 */
function overTrailing(opType: 'LayerNormalization' | 'RMSNormalization'): CompositeRow<CompositeConfigs['layerNorm']> {
  return (scope, node, { axes, epsilon }) => {
    const [x, scale, bias] = node.operands;
    const shape = scope.shape(x);
    const axis = firstOfTrailing(axes, shape.length);
    if (axis === null || !isFloat32(scope, node) || isEmpty(scope, x)) return null;
    const normalized = shape.slice(axis);
    if (!normalized.every(isFixed)) return null;
    const inputs = [scope.term(x), scale === undefined ? ones(scope, normalized) : scope.term(scale)];
    if (bias !== undefined) inputs.push(scope.term(bias));
    return [scope.writer.emitOne(opType, inputs, 'float32', { axis: int(axis), epsilon: float(epsilon) })];
  };
}

const layerNorm = overTrailing('LayerNormalization');
const rmsNorm = overTrailing('RMSNormalization');

/**
 * Writes a node that needs the channels of x on axis 1: transposes x, calls `write`, and transposes its result back.
 */
function withChannelsSecond(scope: Scope, x: Value, axis: number, write: (x: Term) => Term): Term {
  const { writer: w } = scope;
  const order = scope.shape(x).map((_, i) => i);
  const others = order.filter((i) => i !== axis);
  const moved = [others[0], axis, ...others.slice(1)];
  const result = write(transpose(w, scope.term(x), moved));
  return transpose(
    w,
    result,
    order.map((i) => moved.indexOf(i)),
  );
}

const batchNorm: CompositeRow<CompositeConfigs['batchNorm']> = (scope, node, { axis, epsilon }) => {
  const [x, ...others] = node.operands;
  const { length: rank } = scope.shape(x);
  if (!isFloat32(scope, node) || isEmpty(scope, x) || rank < 2 || axis === 0) return null;
  const terms = scope.terms(others);
  return [
    withChannelsSecond(scope, x, axis, (moved) =>
      scope.writer.emitOne('BatchNormalization', [moved, ...terms], 'float32', { epsilon: float(epsilon) }),
    ),
  ];
};

/** Writes `groupNorm`. With one channel per group, it becomes InstanceNormalization, for which runtimes have faster kernels. */
const groupNorm: CompositeRow<CompositeConfigs['groupNorm']> = (scope, node, { axis, groups, epsilon }) => {
  const [x, scale, bias] = node.operands;
  const { writer: w } = scope;
  const channels = fixedLength(scope, x, axis);
  const { length: rank } = scope.shape(x);
  if (channels === null || !isFloat32(scope, node) || isEmpty(scope, x) || rank < 3 || axis === 0) return null;
  const isInstance = groups === channels;
  if (!isInstance && !w.file.uses(21)) return null;
  const affine = [
    scale === undefined ? ones(scope, [channels]) : scope.term(scale),
    bias === undefined ? zeros(scope, [channels]) : scope.term(bias),
  ];
  const attributes: NodeAttributes = {
    epsilon: float(epsilon),
    num_groups: isInstance ? undefined : int(groups),
  };
  const opType = isInstance ? 'InstanceNormalization' : 'GroupNormalization';
  return [withChannelsSecond(scope, x, axis, (moved) => w.emitOne(opType, [moved, ...affine], 'float32', attributes))];
};

export const normalizationRows: CompositeRows<NormalizationName> = {
  layerNorm,
  rmsNorm: (scope, node, config) => (scope.writer.file.uses(23) ? rmsNorm(scope, node, config) : null),
  batchNorm,
  batchNormTraining: bodyOnly('ONNX Runtime normalizes by batch statistics only in training builds.'),
  groupNorm,
};
