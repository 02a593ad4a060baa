import { type Kind, kind, optional } from '@manabi/errors';

/**
 * Validates the option `verbose` of callbacks: 1 prints a message whenever the callback does something, 0 (the default)
 * does not.
 */
export const verboseKind: Kind<0 | 1> = optional(
  kind('0 or 1', (given): given is 0 | 1 => given === 0 || given === 1),
  0,
);
