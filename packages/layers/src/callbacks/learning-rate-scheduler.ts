import { describeGiven, ManabiError } from '@manabi/core';
import { checkOptions } from '../check-options.ts';
import type { Logs } from '../training/batch-logs.ts';
import { Callback, type CallbackHooks } from './callback.ts';

class LearningRateScheduler extends Callback {
  readonly #schedule: (epoch: number, rate: number) => number;
  readonly #verbose: number;

  constructor(schedule: (epoch: number, rate: number) => number, verbose: number) {
    super();
    this.#schedule = schedule;
    this.#verbose = verbose;
  }

  async onEpochBegin(epoch: number): Promise<void> {
    const { trainer } = this.model;
    const rate = this.#schedule(epoch, await trainer.learningRate());
    if (typeof rate !== 'number' || !(rate >= 0)) {
      throw new ManabiError(
        'argument',
        `The schedule of learningRateScheduler returns a number from 0, but returned ${rate} for epoch ${epoch}.`,
        { op: 'learningRateScheduler', data: { epoch, returned: rate } },
      );
    }
    trainer.setLearningRate(rate);
    if (this.#verbose > 0) console.log(`Epoch ${epoch + 1}: the learning rate is ${rate}.`);
  }

  async onEpochEnd(_epoch: number, logs: Logs): Promise<void> {
    logs.learningRate = await this.model.trainer.learningRate();
  }
}

/**
 * Sets the learning rate at the beginning of each epoch, by a function of the epoch, from 0, and the present rate. The
 * logs get `learningRate`.
 *
 * @example `callbacks: [learningRateScheduler((epoch, rate) => (epoch < 10 ? rate : rate * Math.exp(-0.1)))]`
 */
export function learningRateScheduler(
  schedule: (epoch: number, learningRate: number) => number,
  options: { readonly verbose?: 0 | 1 } = {},
): CallbackHooks {
  if (typeof schedule !== 'function') {
    throw new ManabiError(
      'argument',
      `learningRateScheduler takes a function of the epoch and the rate, not ${describeGiven(schedule)}. A schedule of ` +
        '@manabi/optimizers is given to the optimizer: adam({ learningRate: schedule }).',
      { op: 'learningRateScheduler', data: { given: describeGiven(schedule) } },
    );
  }
  checkOptions('learningRateScheduler', options, { verbose: true });
  return new LearningRateScheduler(schedule, options.verbose ?? 0);
}
