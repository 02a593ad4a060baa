import { ManabiError } from '@manabi/core';
import { readOptions, wrongArgument } from '@manabi/errors';
import { formatGiven, isCallable } from '@manabi/errors/internal';
import type { Logs } from '../training/listeners/batch-logs.ts';
import type { CallbackHooks } from '../training/listeners/listener.ts';
import { Callback } from './callback.ts';
import { verboseKind } from './verbose-kind.ts';

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
    if (typeof rate !== 'number' || !Number.isFinite(rate) || rate < 0) {
      throw new ManabiError(
        'argument',
        `The schedule must return a finite number of at least 0; it returned ${formatGiven(rate)} for epoch ${epoch}.`,
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
  if (!isCallable(schedule)) {
    const fix =
      'Schedules of the package optimizers are given to the optimizer: adam({ learningRate: cosineDecay(…) }).';
    throw wrongArgument(
      { op: 'learningRateScheduler', name: 'schedule' },
      'a function of the epoch and the learning rate',
      schedule,
      fix,
    );
  }
  const { verbose } = readOptions('learningRateScheduler', options, { verbose: verboseKind });
  return new LearningRateScheduler(schedule, verbose);
}
