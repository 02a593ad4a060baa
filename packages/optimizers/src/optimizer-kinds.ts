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

/** Validator for a learning rate: a number or a schedule. */
const rate = anyOf(notNegative, functionOf<Schedule>('a schedule such as cosineDecay(…)'));

/**
 * Validators of the options that all optimizers share, without the learning rate, whose default differs between
 * optimizers.
 */
const sharedKinds = {
  weightDecay: optional(notNegative),
  excludeFromWeightDecay: optional(
    functionOf<NonNullable<OptimizerOptions['excludeFromWeightDecay']>>('a function (path, param) => boolean'),
  ),
  clipnorm: optional(positive),
  clipvalue: optional(positive),
  globalClipnorm: optional(positive),
};

/** Validators of the options that all optimizers share, for an optimizer without a default learning rate. */
export const requiredKinds = { learningRate: rate, ...sharedKinds } satisfies KindsOf<OptimizerOptions>;

/**
 * Returns the validators of the options that all optimizers share, for an optimizer with the given default learning
 * rate.
 */
/* @__NO_SIDE_EFFECTS__ */
export function optimizerKinds(learningRate: number) {
  return { learningRate: optional(rate, learningRate), ...sharedKinds } satisfies KindsOf<OptimizerOptions>;
}

/**
 * Checks that at most one of `clipnorm`, `clipvalue` and `globalClipnorm` is set.
 *
 * @throws ManabiError `argument`
 */
export function checkOneClipping(op: string, options: OptionValues<typeof requiredKinds>): void {
  const names = (['clipnorm', 'clipvalue', 'globalClipnorm'] as const).filter((name) => options[name] !== undefined);
  if (names.length < 2) return;
  throw new ManabiError(
    'argument',
    `At most one of \`clipnorm\`, \`clipvalue\` and \`globalClipnorm\` is allowed; got ${names.join(' and ')}.`,
    {
      op,
      data: { names },
    },
  );
}
