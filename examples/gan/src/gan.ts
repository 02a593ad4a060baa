import { add, mean, negative, random, softplus, type Tensor } from '@manabi/core';
import {
  type CallContext,
  layers,
  Model,
  type ModelOptions,
  type StepBatch,
  sequential,
  type TrainStep,
} from '@manabi/layers';

/** Options of `Gan`. */
export interface GanOptions extends ModelOptions {
  /** Number of values in a sample, such as 2 for points of a plane. */
  readonly size: number;
  /** Number of random values that the generator maps to a sample. */
  readonly noise?: number;
}

/**
 * Two networks that train each other: the generator maps noise to samples, the critic distinguishes them from real
 * ones. `predict` maps noise to samples. `fit` takes real samples without labels.
 */
export class Gan extends Model {
  static override readonly className: string = 'Gan';
  override readonly stepLogs = ['criticLoss', 'generatorLoss'];
  readonly generator;
  readonly critic;
  readonly #noise: number;

  constructor({ size, noise = 4, ...options }: GanOptions) {
    super(options, { size, noise });
    this.#noise = noise;
    this.generator = sequential([
      layers.dense({ units: 32, activation: 'relu', inputShape: [noise] }),
      layers.dense({ units: 32, activation: 'relu' }),
      layers.dense({ units: size }),
    ]);
    this.critic = sequential([
      layers.dense({ units: 32, activation: 'leakyRelu', inputShape: [size] }),
      layers.dense({ units: 32, activation: 'leakyRelu' }),
      layers.dense({ units: 1 }),
    ]);
  }

  override call(noise: Tensor, context: CallContext): Tensor {
    return this.generator.apply(noise, context);
  }

  override trainStep(step: TrainStep, { x: [real] }: StepBatch) {
    const noise = (): Tensor => random.normal(step.key(), [real.shape[0], this.#noise]);
    // The scores are logits: high for samples that the critic considers real.
    const made = this.generator.apply(noise(), step.context);
    const critic = step.gradients((context) => {
      const missed = mean(softplus(negative(this.critic.apply(real, context))));
      const fooled = mean(softplus(this.critic.apply(made, context)));
      return add(missed, fooled);
    }, this.critic);
    step.applyGradients(critic.gradients);
    // At this point, the critic has its new weights. The second half of the step changes only the weights of the
    // generator.
    const generator = step.gradients(
      (context) => mean(softplus(negative(this.critic.apply(this.generator.apply(noise(), context), context)))),
      this.generator,
    );
    step.applyGradients(generator.gradients);
    return { criticLoss: critic.loss, generatorLoss: generator.loss };
  }
}
