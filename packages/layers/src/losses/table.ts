import { type Kind, optional, readArgument } from '@manabi/errors';
import { named, rowsInFiles } from '../registry/class-row.ts';
import { ClassTable } from '../registry/class-table.ts';
import {
  type ComponentKind,
  classesOf,
  hasMethods,
  type Identifier,
  instanceOf,
  isNameOf,
  type Make,
  namedOrFunction,
} from '../registry/resolve.ts';
import type { PartialType } from '../structure/nested.ts';
import { typeKind } from '../structure/type-kind.ts';
import { labelKind } from './label-kind.ts';
import type { Loss, LossFunction } from './loss.ts';
import { lossRows } from './rows.ts';

/** Ways to specify a loss: a name such as `'mse'`, an object such as `huber({ delta: 2 })`, or a function. */
export type LossIdentifier = Identifier<Loss> | LossFunction;

/** Names of losses in PyTorch and other frameworks, with advice on what to use in manabi. */
const FOREIGN_NAMES: Readonly<Record<string, string>> = {
  bceloss: "Use 'binaryCrossentropy'.",
  bcewithlogitsloss: 'Use losses.binaryCrossentropy({ fromLogits: true }).',
  crossentropyloss: 'Use losses.sparseCategoricalCrossentropy({ fromLogits: true }).',
  huberloss: "Use 'huber'.",
  kldivloss: "Use 'klDivergence'.",
  l1loss: "Use 'meanAbsoluteError'.",
  l2loss: "Use 'meanSquaredError'.",
  logloss: "Use 'binaryCrossentropy'.",
  mseloss: "Use 'meanSquaredError'.",
  nllloss: "Use 'sparseCategoricalCrossentropy'.",
  rmse: "Use 'meanSquaredError' as the loss, and 'rootMeanSquaredError' as a metric.",
  smoothl1loss: "Use 'huber'.",
};

/** Table of losses by name. */
export const lossTable = /* @__PURE__ */ new ClassTable<Make<Loss>>(
  'loss',
  /* @__PURE__ */ rowsInFiles(/* @__PURE__ */ named(lossRows)),
  FOREIGN_NAMES,
);

const lossComponents: ComponentKind<Loss> = {
  table: lossTable,
  noun: 'a loss',
  isInstance: (instance): instance is Loss => hasMethods(instance, 'call', 'apply'),
};

/** Names of losses that select the binary, sparse or categorical loss by the shapes of labels and predictions. */
const BY_SHAPES = ['crossentropy', 'ce'];

const crossentropies = {
  binary: 'binaryCrossentropy',
  sparse: 'sparseCategoricalCrossentropy',
  oneHot: 'categoricalCrossentropy',
};

/**
 * Validator for a loss: a name, an object or a function. It checks that the name exists; the class is loaded later.
 */
export const lossIdentifierKind: Kind<LossIdentifier> = namedOrFunction<Loss, LossFunction>(
  lossComponents,
  '(yTrue, yPred) => losses',
  BY_SHAPES,
);

/** Returns the names of the classes that must be loaded from `lossTable` to create the given losses. */
export function lossClasses(identifiers: readonly LossIdentifier[]): readonly string[] {
  return identifiers.flatMap((identifier) => {
    if (typeof identifier === 'function') return 'lossFunctionWrapper';
    return isNameOf(BY_SHAPES, identifier) ? Object.values(crossentropies) : classesOf(lossComponents, identifier);
  });
}

/**
 * Returns the loss that a user specified. Its class must be loaded already. A loss given by name keeps that name;
 * `crossentropy` (or `ce`) resolves to the binary, sparse or categorical loss by the shapes.
 *
 * @throws ManabiError as documented at `getLoss`
 */
export function loadedLoss(op: string, identifier: LossIdentifier, yTrue?: PartialType, yPred?: PartialType): Loss {
  const place = { op, name: 'loss' };
  if (typeof identifier === 'function')
    return instanceOf(lossComponents, 'lossFunctionWrapper', place, { fn: identifier });
  if (!isNameOf(BY_SHAPES, identifier)) return instanceOf(lossComponents, identifier, place, nameOption(identifier));
  const meant = crossentropies[labelKind(identifier, yTrue, yPred)];
  return instanceOf(lossComponents, meant, place, { name: identifier });
}

/**
 * Returns the loss with a given name, description or function. A loss given by name keeps that name; `crossentropy` (or
 * `ce`) resolves to the binary, sparse or categorical loss by the shapes.
 *
 * @param yTrue type of the labels, required only for `crossentropy`
 * @param yPred type of the predictions, required only for `crossentropy`
 * @throws ManabiError `argument` for unknown names, with the nearest ones, and for `crossentropy` without shapes
 * @example
 * ```ts
 * import { getLoss, tensor } from 'manabi';
 *
 * const loss = await getLoss('mse');
 * console.log(loss.className); // MeanSquaredError
 * console.log(await loss.call(tensor([[1]]), tensor([[3]])).array()); // [4]
 * ```
 */
export async function getLoss(identifier: LossIdentifier, yTrue?: PartialType, yPred?: PartialType): Promise<Loss> {
  readArgument('getLoss', 'yTrue', yTrue, optional(typeKind));
  readArgument('getLoss', 'yPred', yPred, optional(typeKind));
  const read = readArgument('getLoss', 'identifier', identifier, lossIdentifierKind);
  await lossTable.load(lossClasses([read]), { op: 'getLoss', name: 'identifier' });
  return loadedLoss('getLoss', read, yTrue, yPred);
}

function nameOption(identifier: Identifier<Loss>): object | undefined {
  return typeof identifier === 'string' ? { name: identifier } : undefined;
}
