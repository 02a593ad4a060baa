import { type Kind, kind } from '@manabi/errors';
import type { Model } from '@manabi/layers';

/** Validator for models. */
export const modelKind: Kind<Model> = kind(
  'a model',
  (given): given is Model => typeof given === 'object' && given !== null && 'built' in given && 'trainer' in given,
);
