import {
  anyOf,
  functionOf,
  type KindsOf,
  ManabiError,
  notNegative,
  type OptionValues,
  optional,
  positive,
} from '@manabi/errors';
import type { OptimizerOptions, Schedule } from './optimizer.ts';

/** A learning rate. */
const rate = anyOf(notNegative, functionOf<Schedule>('a schedule such as cosineDecay(…)'));

/** What all optimizers take but the learning rate, of which each has a default of its own. */
const sharedKinds = {
  weightDecay: optional(notNegative),
  excludeFromWeightDecay: optional(
    functionOf<NonNullable<OptimizerOptions['excludeFromWeightDecay']>>('a function (path, param) => boolean'),
  ),
  clipnorm: optional(positive),
  clipvalue: optional(positive),
  globalClipnorm: optional(positive),
};

/** The options of an optimizer whose learning rate must be given. */
export const requiredKinds = { learningRate: rate, ...sharedKinds } satisfies KindsOf<OptimizerOptions>;

/** The options that all optimizers take, with a default learning rate. */
/* @__NO_SIDE_EFFECTS__ */
export function optimizerKinds(learningRate: number) {
  return { learningRate: optional(rate, learningRate), ...sharedKinds } satisfies KindsOf<OptimizerOptions>;
}

/**
 * Checks that gradients are clipped in one way at most.
 *
 * @throws ManabiError `argument`
 */
export function checkOneClipping(op: string, options: OptionValues<typeof requiredKinds>): void {
  const names = (['clipnorm', 'clipvalue', 'globalClipnorm'] as const).filter((name) => options[name] !== undefined);
  if (names.length < 2) return;
  throw new ManabiError(
    'argument',
    `Give at most one of clipnorm, clipvalue and globalClipnorm; got ${names.join(' and ')}.`,
    {
      op,
      data: { names },
    },
  );
}
