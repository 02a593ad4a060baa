import { ManabiError } from '@manabi/core';
import {
  adadelta,
  adafactor,
  adagrad,
  adam,
  adamax,
  adamw,
  ftrl,
  lamb,
  lion,
  nadam,
  type Optimizer,
  rmsprop,
  sgd,
} from '@manabi/optimizers';
import { NameTable } from '../name-table.ts';

/** How users say which optimizer they want: `'adam'`, with Keras's defaults, or `adam({ learningRate: 0.01 })`. */
export type OptimizerIdentifier = string | Optimizer;

const optimizers = new NameTable<() => Optimizer>('optimizer', {
  adadelta,
  adafactor,
  adagrad,
  adam,
  adamax,
  adamw,
  ftrl,
  lamb,
  lion,
  nadam,
  rmsprop,
  sgd,
});

/**
 * The optimizer that a user means.
 *
 * @throws ManabiError `argument` for unknown names, with the nearest ones, and for what is no optimizer
 */
export function getOptimizer(identifier: OptimizerIdentifier): Optimizer {
  if (typeof identifier === 'string') return optimizers.get(identifier)();
  if (typeof identifier === 'object' && identifier !== null && 'update' in identifier && 'init' in identifier) {
    return identifier;
  }
  throw new ManabiError(
    'argument',
    `The optimizer is a name, such as 'adam', or what a function of @manabi/optimizers made, not ${typeof identifier}.`,
    { op: 'compile', data: { given: typeof identifier } },
  );
}
