import { type Kind, readArgument, wrongArgument } from '@manabi/errors';
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
import { NameTable } from '../../registry/name-table.ts';
import { hasMethods } from '../../registry/resolve.ts';

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

/** The kind of optimizers: one, or the name of one. */
export const optimizerKind: Kind<Optimizer> = {
  expected: 'an optimizer or its name',
  accepts: (given) => typeof given === 'string' || isOptimizer(given),
  read: (given, place) => {
    if (typeof given === 'string') return optimizers.get(given, place)();
    if (isOptimizer(given)) return given;
    const name = optimizers.nameWhere((make) => make === given);
    const fix =
      name === undefined
        ? 'Options go to the function that makes it: adam({ learningRate: 0.01 }).'
        : `Call it: ${name}().`;
    throw wrongArgument(place, optimizerKind.expected, given, fix);
  },
};

function isOptimizer(given: unknown): given is Optimizer {
  return typeof given === 'object' && given !== null && hasMethods(given, 'init', 'update', 'learningRate');
}

/**
 * The optimizer that a user means.
 *
 * @throws ManabiError `argument` for unknown names, with the nearest ones, and for what is no optimizer
 */
export function getOptimizer(identifier: OptimizerIdentifier): Optimizer {
  return readArgument('getOptimizer', 'identifier', identifier, optimizerKind);
}
