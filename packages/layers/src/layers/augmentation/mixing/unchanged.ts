import type { Kind } from '@manabi/errors';
import type { Factor } from '../factors.ts';

/**
 * Returns a validator that accepts the factors of another one and returns them in the form in which they were passed,
 * as Keras stores some factors in configs.
 */
export function unchanged(kind: Kind<unknown>): Kind<Factor> {
  return {
    ...kind,
    read: (given, location) => {
      kind.read(given, location);
      // `kind` accepts numbers and arrays of two numbers only.
      return (Array.isArray(given) ? [...given] : given) as Factor;
    },
  };
}
