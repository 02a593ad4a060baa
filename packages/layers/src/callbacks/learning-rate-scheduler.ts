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
        `\`schedule\` must return a finite number of at least 0; got ${formatGiven(rate)} for epoch ${epoch}.`,
        { op: 'learningRateScheduler', data: { epoch, returned: rate } },
      );
    }
    trainer.setLearningRate(rate);
    if (this.#verbose > 0) console.log(`Epoch ${epoch + 1}: learning rate set to ${rate}.`);
  }

  async onEpochEnd(_epoch: number, logs: Logs): Promise<void> {
    logs.learningRate = await this.model.trainer.learningRate();
  }
}

/**
 * Creates a callback that sets the learning rate at the start of each epoch, and adds `learningRate` to the logs.
 *
 * @param schedule function of the epoch, from 0, and the current learning rate, which returns the new one
 * @throws ManabiError `argument` unless `schedule` is a function; during training, if `schedule` returns an invalid
 * learning rate
 * @example
 * ```ts
 * import { callbacks, layers, sequential, tensor } from 'manabi';
 *
 * const model = sequential([layers.dense({ units: 1, inputShape: [1] })]);
 * model.compile({ optimizer: 'sgd', loss: 'mse' }); // learning rate 0.01
 * const halving = callbacks.learningRateScheduler((epoch, rate) => (epoch < 2 ? rate : rate / 2));
 * const { history } = await model.fit(tensor([[1]]), tensor([[2]]), { epochs: 4, verbose: 0, callbacks: [halving] });
 * console.log(history.learningRate); // [0.01, 0.01, 0.005, 0.0025]
 * ```
 */
export function learningRateScheduler(
  schedule: (epoch: number, learningRate: number) => number,
  options: { readonly verbose?: 0 | 1 } = {},
): CallbackHooks {
  if (!isCallable(schedule)) {
    const fix =
      'Pass schedules of @manabi/optimizers to the optimizer instead: adam({ learningRate: cosineDecay(…) }).';
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
