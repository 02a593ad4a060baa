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

/** What `groupNormalization` takes. */
export interface GroupNormalizationOptions extends GammaBetaOptions {
  /** Into how many groups the features are divided; -1 for one each (instance normalisation). By default 32. */
  readonly groups?: number;
  /** The axis of the features; by default the last. */
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

/** Groups of features of mean 0 and variance 1: see `groupNormalization`. Weights, of the axis' length: gamma, beta. */
export class GroupNormalization extends Layer<OptionValues<ReturnType<typeof kinds>>> {
  static override readonly className: string = 'GroupNormalization';
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
        `Layer '${this.name}' (GroupNormalization) divides the features into ${groups} groups, but axis ${axis} has ` +
          `length ${length}. Choose groups that divide it.`,
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
 * Each sample brought to mean 0 and variance 1 within groups of neighbouring features, then scaled and shifted as is
 * learned: Wu, He, 2018.
 *
 * @throws ManabiError `shape` when built, if the groups do not divide the axis
 */
export function groupNormalization(options: GroupNormalizationOptions = {}): GroupNormalization {
  return new GroupNormalization(options);
}
