import { ManabiError } from '@manabi/core';
import type { Model } from '@manabi/layers';

/** What says that a model has no weights yet. */
export function notBuilt(op: string, { name }: Model): ManabiError {
  return new ManabiError(
    'argument',
    `The model '${name}' has no weights yet: the shape of its input is unknown. Give the first layer an inputShape, call the ` +
      'model on data, or call build([null, …]).',
    { op, data: { model: name, built: false } },
  );
}
