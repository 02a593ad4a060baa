import { type Kind, kind, optional } from '@manabi/errors';

/** Accepted values of the option `verbose` of callbacks: 1 to print what they do (default: 0). */
export const verboseKind: Kind<0 | 1> = optional(
  kind('0 or 1', (given): given is 0 | 1 => given === 0 || given === 1),
  0,
);
