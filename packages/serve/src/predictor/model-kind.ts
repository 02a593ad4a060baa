import { type Kind, withMethods } from '@manabi/errors';
import type { Model } from '@manabi/layers';

/** Validator of a model. It checks methods rather than the class, so that this package does not import `@manabi/layers`. */
export const modelKind: Kind<Model> = {
  ...withMethods<Model>('predictOnBatch', 'values', 'run', 'consumersOf'),
  expected: 'a model, such as the result of loadModel()',
};
