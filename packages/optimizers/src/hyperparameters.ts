import { ManabiError } from '@manabi/core';

/** Numbers that someone chose, by name. */
export type Hyperparameters = Readonly<Record<string, number>>;

/**
 * Checks numbers that may be anything from 0: rates, decays, epsilons.
 *
 * @throws ManabiError `argument`
 */
export function checkNotNegative(op: string, given: Hyperparameters): void {
  check(op, given, (value) => value >= 0, 'must be a finite number from 0');
}

/**
 * Checks numbers that must be above 0: bounds, lengths.
 *
 * @throws ManabiError `argument`
 */
export function checkPositive(op: string, given: Hyperparameters): void {
  check(op, given, (value) => value > 0, 'must be a finite number above 0');
}

/**
 * Checks weights of running averages: at 1 nothing new would ever come in.
 *
 * @throws ManabiError `argument`
 */
export function checkDecays(op: string, given: Hyperparameters): void {
  check(op, given, (value) => value >= 0 && value < 1, 'must be from 0 to 1, without 1');
}

/**
 * Checks numbers against a rule of one's own.
 *
 * @throws ManabiError `argument`
 */
export function check(op: string, given: Hyperparameters, isRight: (value: number) => boolean, rule: string): void {
  for (const [name, value] of Object.entries(given)) {
    if (Number.isFinite(value) && isRight(value)) continue;
    throw new ManabiError('argument', `${name} ${rule}, but ${value} was given.`, { op, data: { name, value } });
  }
}
