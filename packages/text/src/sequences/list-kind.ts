import { type Kind, kind } from '@manabi/errors';

/** Validator for an array whose items are checked by the function that reads them. */
export const listKind: Kind<readonly unknown[]> = kind('an array', (given): given is readonly unknown[] =>
  Array.isArray(given),
);
