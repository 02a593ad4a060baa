import { type Kind, readArgument } from '@manabi/errors';
import type { Optimizer } from '@manabi/optimizers';
import { type OptimizerRow, optimizerRows } from '@manabi/optimizers/rows';
import { type ClassRow, rowsInFiles } from '../registry/class-row.ts';
import { ClassTable } from '../registry/class-table.ts';
import {
  type ComponentKind,
  classesOf,
  hasMethods,
  type Identifier,
  instanceOf,
  type Make,
  named,
} from '../registry/resolve.ts';

/**
 * Ways to specify an optimizer: a name such as `'adam'`, for Keras's default options, or an instance such as `adam({
 * learningRate: 0.01 })`.
 */
export type OptimizerIdentifier = Identifier<Optimizer>;

/** Table of optimizers by name. */
export const optimizerTable = /* @__PURE__ */ new ClassTable<Make<Optimizer>, ClassRow & OptimizerRow>(
  'optimizer',
  /* @__PURE__ */ rowsInFiles(optimizerRows),
);

const optimizerComponents: ComponentKind<Optimizer> = {
  table: optimizerTable,
  noun: 'an optimizer',
  isInstance: (instance): instance is Optimizer => hasMethods(instance, 'init', 'update', 'learningRate'),
};

/**
 * Validator for an optimizer: a name, a description or an instance. It checks that the name exists; the class is loaded
 * later.
 */
export const optimizerIdentifierKind: Kind<OptimizerIdentifier> = named(
  optimizerComponents,
  () => 'Pass options to the function that creates it: adam({ learningRate: 0.01 }).',
);

/** Returns the names of the classes that must be loaded from `optimizerTable` to create an optimizer. */
export function optimizerClasses(identifier: OptimizerIdentifier): readonly string[] {
  return classesOf(optimizerComponents, identifier);
}

/** Returns the optimizer that a user specified. Its class must be loaded already. */
export function loadedOptimizer(op: string, identifier: OptimizerIdentifier): Optimizer {
  return instanceOf(optimizerComponents, identifier, { op, name: 'optimizer' });
}

/**
 * Returns the optimizer with a given name or description.
 *
 * @throws ManabiError `argument` for unknown names, with the nearest ones, and for values that are not optimizers
 * @example
 * ```ts
 * import { getOptimizer } from 'manabi';
 *
 * const optimizer = await getOptimizer('adam');
 * console.log(optimizer.name); // adam
 * ```
 */
export async function getOptimizer(identifier: OptimizerIdentifier): Promise<Optimizer> {
  const read = readArgument('getOptimizer', 'identifier', identifier, optimizerIdentifierKind);
  await optimizerTable.load(optimizerClasses(read), { op: 'getOptimizer', name: 'identifier' });
  return loadedOptimizer('getOptimizer', read);
}
