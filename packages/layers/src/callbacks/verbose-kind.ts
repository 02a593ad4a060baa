import { type Kind, kind, optional } from '@manabi/errors';

/** The option `verbose` of callbacks: 1 prints what they do; by default 0. */
export const verboseKind: Kind<0 | 1> = optional(
  kind('0 or 1', (given): given is 0 | 1 => given === 0 || given === 1),
  0,
);
