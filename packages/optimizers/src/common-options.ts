import { describeGiven, ManabiError, type OptionNames } from '@manabi/core';
import { checkNotNegative, checkPositive } from './hyperparameters.ts';
import type { OptimizerOptions } from './optimizer.ts';

/** The options that all optimizers take. */
export const commonOptions: OptionNames<OptimizerOptions> = {
  learningRate: true,
  weightDecay: true,
  excludeFromWeightDecay: true,
  clipnorm: true,
  clipvalue: true,
  globalClipnorm: true,
};

/**
 * Checks the values of the options that all optimizers take.
 *
 * @throws ManabiError `argument`
 */
export function checkCommonOptions(op: string, options: OptimizerOptions): void {
  const { learningRate, weightDecay = 0, clipnorm, clipvalue, globalClipnorm } = options;
  if (typeof learningRate === 'number') checkNotNegative(op, { learningRate });
  else if (typeof learningRate !== 'function') throw noRate(op, learningRate);
  checkNotNegative(op, { weightDecay });
  const limits = Object.entries({ clipnorm, clipvalue, globalClipnorm }).flatMap(([name, limit]) =>
    limit === undefined ? [] : [{ name, limit }],
  );
  for (const { name, limit } of limits) checkPositive(op, { [name]: limit });
  if (limits.length < 2) return;
  const names = limits.map(({ name }) => name);
  throw new ManabiError('argument', `Gradients are clipped in one way, but ${names.join(' and ')} are given.`, {
    op,
    data: { names },
  });
}

function noRate(op: string, given: unknown): ManabiError {
  const kind = describeGiven(given);
  return new ManabiError(
    'argument',
    `learningRate is a number, or a schedule such as cosineDecay({ … }) gives, but ${kind} was given. What is to change ` +
      'while training goes on is in the state: { ...state, learningRate: scalar(0.001) }.',
    { op, data: { name: 'learningRate', given: kind } },
  );
}
