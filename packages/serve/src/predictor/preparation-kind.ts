import { type Kind, kind } from '@manabi/errors';
import { isCallable } from '@manabi/errors/internal';
import type { Preparation } from './predictor.ts';

/** Validator of a preparation. */
export const preparationKind: Kind<Preparation> = kind(
  "an object { kind: 'images' or 'texts', prepare }",
  (given): given is Preparation =>
    typeof given === 'object' &&
    given !== null &&
    ['images', 'texts'].includes(Reflect.get(given, 'kind')) &&
    isCallable(Reflect.get(given, 'prepare')),
);
