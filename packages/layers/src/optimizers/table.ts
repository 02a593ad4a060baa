import { type Kind, readArgument } from '@manabi/errors';
import type { Optimizer } from '@manabi/optimizers';
import { type OptimizerRow, optimizerRows } from '@manabi/optimizers/rows';
import { type ClassRow, rowsInFiles } from '../registry/class-row.ts';
import { ClassTable } from '../registry/class-table.ts';
import {
  classesOf,
  hasMethods,
  type Identifier,
  type Make,
  named,
  type ThingKind,
  thingOf,
} from '../registry/resolve.ts';

/** How users say which optimizer they want: `'adam'`, with Keras's defaults, or `adam({ learningRate: 0.01 })`. */
export type OptimizerIdentifier = Identifier<Optimizer>;

/** The optimizers by name. */
export const optimizerTable = /* @__PURE__ */ new ClassTable<Make<Optimizer>, ClassRow & OptimizerRow>(
  'optimizer',
  /* @__PURE__ */ rowsInFiles(optimizerRows),
);

const optimizerThings: ThingKind<Optimizer> = {
  table: optimizerTable,
  noun: 'an optimizer',
  isThing: (thing): thing is Optimizer => hasMethods(thing, 'init', 'update', 'learningRate'),
};

/** The kind of optimizers: one, or the name of one. Names are checked, and what they stand for is loaded later. */
export const optimizerIdentifierKind: Kind<OptimizerIdentifier> = named(
  optimizerThings,
  () => 'Options go to the function that makes it: adam({ learningRate: 0.01 }).',
);

/** The names of the classes that make an optimizer: `optimizerTable` loads them. */
export function optimizerClasses(identifier: OptimizerIdentifier): readonly string[] {
  return classesOf(optimizerThings, identifier);
}

/** The optimizer that a user means, if what makes it is loaded. */
export function loadedOptimizer(op: string, identifier: OptimizerIdentifier): Optimizer {
  return thingOf(optimizerThings, identifier, { op, name: 'optimizer' });
}

/**
 * The optimizer that a user means.
 *
 * @throws ManabiError `argument` for unknown names, with the nearest ones, and for what is no optimizer
 * @example `const optimizer = await getOptimizer('adam')`
 */
export async function getOptimizer(identifier: OptimizerIdentifier): Promise<Optimizer> {
  const read = readArgument('getOptimizer', 'identifier', identifier, optimizerIdentifierKind);
  await optimizerTable.load(optimizerClasses(read), { op: 'getOptimizer', name: 'identifier' });
  return loadedOptimizer('getOptimizer', read);
}
