import { groupNorm, ManabiError, type Tensor } from '@manabi/core';
import { kind, type OptionValues, optional, positiveInteger } from '@manabi/errors';
import type { CallContext } from '../../call/context.ts';
import { ONE_INPUT } from '../../layer/input-spec.ts';
import { Layer } from '../../layer/layer.ts';
import { type OwnKindsOf, readLayerOptions } from '../../layer/layer-kinds.ts';
import type { PartialShape } from '../../structure/nested.ts';
import { axisKind } from '../../structure/option-kinds.ts';
import type { Variable } from '../../variables/variable.ts';
import { knownLength } from '../recurrent/known-length.ts';
import { addGammaBeta, type GammaBetaOptions, gammaBetaKinds, readGammaBeta } from './gamma-beta.ts';

/** Options of the layer `groupNormalization`. */
export interface GroupNormalizationOptions extends GammaBetaOptions {
  /** Number of groups of features; -1 for one group per feature, instance normalization (default: 32). */
  readonly groups?: number;
  /** Axis of the features (default: -1, the last). */
  readonly axis?: number;
}

const groupsKind = kind(
  'a positive integer, or -1 for a group of each feature',
  (given): given is number => given === -1 || positiveInteger.accepts(given),
);

function kinds() {
  return {
    groups: optional(groupsKind, 32),
    axis: optional(axisKind, -1),
    ...gammaBetaKinds(),
  } satisfies OwnKindsOf<GroupNormalizationOptions>;
}

/** Layer created by `groupNormalization`. Weights, each with the length of the axis: `gamma`, `beta`. */
export class GroupNormalization extends Layer<OptionValues<ReturnType<typeof kinds>>> {
  static override readonly className: string = 'GroupNormalization';
  override readonly computesInFloat32 = true;
  override supportsMasking = true;
  gamma?: Variable;
  beta?: Variable;

  constructor(options: GroupNormalizationOptions = {}) {
    super(options, readLayerOptions(new.target, options, kinds()));
    this.inputSpec = ONE_INPUT;
  }

  override build(inputShape: PartialShape): void {
    const { axis, groups } = this.config;
    const length = knownLength(this, inputShape, axis);
    if (groups !== -1 && length % groups !== 0) {
      throw new ManabiError(
        'shape',
        `\`groups\` must divide the number of features; layer '${this.name}' (GroupNormalization) has ${groups} groups and ` +
          `${length} features on axis ${axis}. Pass a divisor of ${length}, or -1 for one group per feature.`,
        { op: 'GroupNormalization', data: { layer: this.name, shape: inputShape, axis, groups } },
      );
    }
    ({ gamma: this.gamma, beta: this.beta } = addGammaBeta(this, [length]));
    this.inputSpec = { rank: inputShape.length, axes: { [axis]: length } };
  }

  override call(x: Tensor, context: CallContext): Tensor {
    const { axis, epsilon, groups } = this.config;
    const count = groups === -1 ? x.shape[axis < 0 ? axis + x.rank : axis] : groups;
    return groupNorm(x, count, { axis, epsilon, ...readGammaBeta(this, context) });
  }
}

/**
 * Creates a group normalization layer: `y = gamma · (x - mean) / sqrt(variance + epsilon) + beta`, with mean and variance
 * of each sample and group of adjacent features. Source: Y. Wu, K. He, "Group normalization", 2018.
 *
 * @throws ManabiError `argument` for invalid options; building throws `axis` if the input lacks the axis, `shape` if
 * `groups` does not divide its length or the length is unknown
 * @example
 * ```ts
 * import { layers, tensor } from 'manabi';
 *
 * const layer = layers.groupNormalization({ groups: 2, epsilon: 1e-6 });
 * console.log(await layer.apply(tensor([[1, 3, 10, 30]])).array()); // [[-1, 1, -1, 1]]
 * ```
 */
export function groupNormalization(options: GroupNormalizationOptions = {}): GroupNormalization {
  return new GroupNormalization(options);
}
