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

/** Options of the layer `batchNormalization`. */
export interface BatchNormalizationOptions extends GammaBetaOptions {
  /** Axis of the features; statistics are computed over all other axes (default: -1, the last). */
  readonly axis?: number;
  /**
   * Fraction of the moving averages that each step keeps (default: 0.99). PyTorch's momentum is 1 minus this number.
   */
  readonly momentum?: number;
  /** Initializer of the moving mean (default: `'zeros'`). */
  readonly movingMeanInitializer?: InitializerIdentifier;
  /** Initializer of the moving variance (default: `'ones'`). */
  readonly movingVarianceInitializer?: InitializerIdentifier;
  /** Whether statistics cover the batches of all devices; has no effect, since there is only one (default: false). */
  readonly synchronized?: boolean;
  /**
   * Whether to use batch renormalization, which corrects the statistics of batches towards the moving averages in
   * training (default: false).
   */
  readonly renorm?: boolean;
  /** Limits of the corrections that batch renormalization makes (default: null, no limits). */
  readonly renormClipping?: RenormClipping | null;
  /** Fraction of the moving averages of `renorm` that each step keeps (default: 0.99). */
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
 * Layer created by `batchNormalization`. Weights, each with the length of the axis: `gamma`, `beta`, `moving_mean`,
 * `moving_variance`, and with `renorm` `moving_stddev`, `renorm_mean`, `renorm_stddev`.
 */
export class BatchNormalization extends Layer<OptionValues<ReturnType<typeof kinds>>> {
  static override readonly className: string = 'BatchNormalization';
  override readonly computesInFloat32 = true;
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

  /** Updates a moving average and returns its new value. */
  #move(average: Variable | undefined, value: Tensor, context: CallContext, momentum = this.config.momentum): Tensor {
    const next = add(mul(context.read(average), momentum), mul(value, 1 - momentum));
    context.update(average, next);
    return next;
  }
}

function wrongMask(mask: Tensor, x: Tensor): ManabiError {
  return new ManabiError(
    'shape',
    `The mask of a batch normalization layer must have one axis fewer than its input; got mask shape [${mask.shape.join(', ')}] ` +
      `and input shape [${x.shape.join(', ')}].`,
    { op: 'BatchNormalization', data: { mask: mask.shape, shape: x.shape } },
  );
}

/**
 * Creates a batch normalization layer: `y = gamma · (x - mean) / sqrt(variance + epsilon) + beta` for each feature. Source:
 * S. Ioffe, C. Szegedy, "Batch normalization: accelerating deep network training by reducing internal covariate shift", 2015.
 *
 * In training, mean and (biased) variance are those of the batch, without masked elements, and update the moving averages:
 * `moving = momentum · moving + (1 - momentum) · batch`. At inference, and if `trainable` is false, the moving averages are
 * used.
 *
 * @throws ManabiError `argument` for invalid options; building throws `axis` if the input lacks the axis, `shape` if
 * its length is unknown
 * @example
 * ```ts
 * import { layers, tensor } from 'manabi';
 *
 * const layer = layers.batchNormalization({ epsilon: 1e-6 });
 * console.log(await layer.apply(tensor([[1, 10], [3, 30]]), { training: true }).array()); // [[-1, -1], [1, 1]]
 * ```
 */
export function batchNormalization(options: BatchNormalizationOptions = {}): BatchNormalization {
  return new BatchNormalization(options);
}
