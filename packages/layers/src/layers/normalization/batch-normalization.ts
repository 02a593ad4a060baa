import { add, batchNorm, batchNormTraining, ManabiError, mul, sqrt, type Tensor } from '@manabi/core';
import { boolean, fraction, nullable, type OptionValues, optional } from '@manabi/errors';
import type { CallContext } from '../../call/context.ts';
import type { Initializer } from '../../initializers/index.ts';
import { type InitializerIdentifier, initializerKind } from '../../initializers/table.ts';
import { ONE_INPUT } from '../../layer/input-spec.ts';
import { Layer } from '../../layer/layer.ts';
import { type OwnKindsOf, readLayerOptions } from '../../layer/layer-kinds.ts';
import type { PartialShape } from '../../structure/nested.ts';
import { axisKind } from '../../structure/option-kinds.ts';
import type { Variable } from '../../variables/variable.ts';
import { knownLength } from '../recurrent/known-length.ts';
import {
  clippingKind,
  corrections,
  type RenormClipping,
  type RenormState,
  varianceOfDeviation,
} from './batch-renormalization.ts';
import { addGammaBeta, type GammaBetaOptions, gammaBetaKinds, readGammaBeta } from './gamma-beta.ts';
import { type Moments, maskedMoments } from './moments.ts';

/** What `batchNormalization` takes. */
export interface BatchNormalizationOptions extends GammaBetaOptions {
  /** The axis that is kept, that of the features; by default the last. */
  readonly axis?: number;
  /** Share of the moving statistics that stays at each step; by default 0.99. (PyTorch's momentum is the rest.) */
  readonly momentum?: number;
  /** By default `zeros`. */
  readonly movingMeanInitializer?: InitializerIdentifier;
  /** By default `ones`. */
  readonly movingVarianceInitializer?: InitializerIdentifier;
  /** Whether the statistics are those of all devices' batches. There is one device, so this changes nothing. */
  readonly synchronized?: boolean;
  /** Batch renormalisation: in training, batches are corrected towards statistics of all batches. By default false. */
  readonly renorm?: boolean;
  /** Limits of the corrections. */
  readonly renormClipping?: RenormClipping | null;
  /** Share of the statistics of `renorm` that stays at each step; by default 0.99. */
  readonly renormMomentum?: number;
}

function kinds() {
  return {
    axis: optional(axisKind, -1),
    momentum: optional(fraction, 0.99),
    ...gammaBetaKinds(),
    movingMeanInitializer: optional(initializerKind, 'zeros'),
    movingVarianceInitializer: optional(initializerKind, 'ones'),
    synchronized: optional(boolean, false),
    renorm: optional(boolean, false),
    renormClipping: optional(nullable(clippingKind), null),
    renormMomentum: optional(fraction, 0.99),
  } satisfies OwnKindsOf<BatchNormalizationOptions>;
}

/**
 * Features of mean 0 and variance 1 within a batch: see `batchNormalization`. Weights, each of the length of the axis:
 * gamma, beta, moving_mean, moving_variance, and with `renorm` moving_stddev, renorm_mean, renorm_stddev.
 */
export class BatchNormalization extends Layer<OptionValues<ReturnType<typeof kinds>>> {
  static override readonly className: string = 'BatchNormalization';
  override supportsMasking = true;
  gamma?: Variable;
  beta?: Variable;
  movingMean?: Variable;
  movingVariance?: Variable;
  movingStddev?: Variable;
  renormMean?: Variable;
  renormStddev?: Variable;

  constructor(options: BatchNormalizationOptions = {}) {
    super(options, readLayerOptions(new.target, options, kinds()));
    this.inputSpec = ONE_INPUT;
  }

  override build(inputShape: PartialShape): void {
    const { axis, movingMeanInitializer, movingVarianceInitializer, renorm } = this.config;
    const length = knownLength(this, inputShape, axis);
    const state = (name: string, initializer: Initializer): Variable =>
      this.addWeight({ name, shape: [length], initializer, trainable: false });
    ({ gamma: this.gamma, beta: this.beta } = addGammaBeta(this, [length]));
    this.movingMean = state('moving_mean', movingMeanInitializer);
    this.movingVariance = state('moving_variance', movingVarianceInitializer);
    if (renorm) {
      const deviation: Initializer = {
        ...movingVarianceInitializer,
        draw: (...given) => sqrt(movingVarianceInitializer.draw(...given)),
      };
      this.movingStddev = state('moving_stddev', deviation);
      this.renormMean = state('renorm_mean', movingMeanInitializer);
      this.renormStddev = state('renorm_stddev', deviation);
    }
    this.inputSpec = { rank: inputShape.length, axes: { [axis]: length } };
  }

  override call(x: Tensor, context: CallContext): Tensor {
    const { mask } = context;
    if (mask !== null && mask.rank !== x.rank - 1) throw wrongMask(mask, x);
    return context.training && this.trainable ? this.#byBatch(x, mask, context) : this.#byMoving(x, context);
  }

  #byMoving(x: Tensor, context: CallContext): Tensor {
    const { axis, epsilon } = this.config;
    const mean = context.read(this.movingMean);
    const variance = context.read(this.movingVariance);
    return batchNorm(x, { axis, epsilon, mean, variance, ...readGammaBeta(this, context) });
  }

  #byBatch(x: Tensor, mask: Tensor | null, context: CallContext): Tensor {
    const { axis, epsilon, renorm } = this.config;
    const affine = readGammaBeta(this, context);
    if (mask === null && !renorm) {
      const { result, mean, variance } = batchNormTraining(x, { axis, epsilon, ...affine });
      this.#move(this.movingMean, mean, context);
      this.#move(this.movingVariance, variance, context);
      return result;
    }
    const moments = maskedMoments(x, mask, axis);
    if (renorm) return batchNorm(x, { axis, epsilon, ...moments, ...this.#renormed(moments, affine, context) });
    this.#move(this.movingMean, moments.mean, context);
    this.#move(this.movingVariance, moments.variance, context);
    return batchNorm(x, { axis, epsilon, ...moments, ...affine });
  }

  #renormed(moments: Moments, affine: ReturnType<typeof readGammaBeta>, context: CallContext) {
    const { epsilon, renormClipping, renormMomentum } = this.config;
    const known: RenormState = { mean: context.read(this.renormMean), deviation: context.read(this.renormStddev) };
    const corrected = corrections(moments, known, affine, epsilon, renormClipping);
    this.#move(this.renormMean, moments.mean, context, renormMomentum);
    this.#move(this.renormStddev, corrected.deviation, context, renormMomentum);
    this.#move(this.movingMean, moments.mean, context);
    const deviation = this.#move(this.movingStddev, corrected.deviation, context);
    context.update(this.movingVariance, varianceOfDeviation(deviation, epsilon));
    return { scale: corrected.scale, bias: corrected.bias };
  }

  /** The next value of a moving average. */
  #move(average: Variable | undefined, value: Tensor, context: CallContext, momentum = this.config.momentum): Tensor {
    const next = add(mul(context.read(average), momentum), mul(value, 1 - momentum));
    context.update(average, next);
    return next;
  }
}

function wrongMask(mask: Tensor, x: Tensor): ManabiError {
  return new ManabiError(
    'shape',
    `A mask for batch normalization has one axis less than the inputs, but it has shape [${mask.shape.join(', ')}], and ` +
      `they [${x.shape.join(', ')}].`,
    { op: 'BatchNormalization', data: { mask: mask.shape, shape: x.shape } },
  );
}

/**
 * Each feature brought to mean 0 and variance 1, then scaled and shifted as is learned: Ioffe, Szegedy, 2015.
 *
 * In training, by the mean and the variance (of the population) of the batch, over all axes but one, which also move the
 * moving averages; masked elements do not count. Otherwise, and in training while `trainable` is false, by the moving
 * averages.
 *
 * @throws ManabiError `argument` for a momentum outside 0 to 1; `shape` if the axis has no known length
 * @example `layers.batchNormalization({ momentum: 0.9 })`
 */
export function batchNormalization(options: BatchNormalizationOptions = {}): BatchNormalization {
  return new BatchNormalization(options);
}
