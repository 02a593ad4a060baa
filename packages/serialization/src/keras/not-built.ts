import { ManabiError } from '@manabi/core';
import type { Model } from '@manabi/layers';

/** Returns the error for a model without weights. */
export function notBuilt(op: string, { name }: Model): ManabiError {
  return new ManabiError(
    'argument',
    `Model '${name}' has no weights yet, because the shape of its input is unknown. Set inputShape of its first layer, call ` +
      'the model on data, or call build([null, …]).',
    { op, data: { model: name, built: false } },
  );
}
