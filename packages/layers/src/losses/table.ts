import { type Kind, optional, readArgument } from '@manabi/errors';
import { rowsInFiles } from '../registry/class-row.ts';
import { ClassTable } from '../registry/class-table.ts';
import {
  classesOf,
  hasMethods,
  type Identifier,
  isNameOf,
  type Make,
  namedOrFunction,
  type ThingKind,
  thingOf,
} from '../registry/resolve.ts';
import type { PartialType } from '../structure/nested.ts';
import { typeKind } from '../structure/type-kind.ts';
import { labelKind } from './label-kind.ts';
import type { Loss, LossFunction } from './loss.ts';
import { lossRows } from './rows.ts';

/** How users say which loss they want: `'mse'`, `huber({ delta: 2 })`, or a function of theirs. */
export type LossIdentifier = Identifier<Loss> | LossFunction;

/** Losses as PyTorch and others call them, with what they are here. */
const NAMES_OF_OTHERS: Readonly<Record<string, string>> = {
  bceloss: "Write 'binaryCrossentropy'.",
  bcewithlogitsloss: 'Write losses.binaryCrossentropy({ fromLogits: true }).',
  crossentropyloss: 'Write losses.sparseCategoricalCrossentropy({ fromLogits: true }).',
  huberloss: "Write 'huber'.",
  kldivloss: "Write 'klDivergence'.",
  l1loss: "Write 'meanAbsoluteError'.",
  l2loss: "Write 'meanSquaredError'.",
  logloss: "Write 'binaryCrossentropy'.",
  mseloss: "Write 'meanSquaredError'.",
  nllloss: "Write 'sparseCategoricalCrossentropy'.",
  rmse: "Write 'meanSquaredError', and 'rootMeanSquaredError' among the metrics.",
  smoothl1loss: "Write 'huber'.",
};

/** The losses by name. */
export const lossTable = /* @__PURE__ */ new ClassTable<Make<Loss>>(
  'loss',
  /* @__PURE__ */ rowsInFiles(lossRows),
  NAMES_OF_OTHERS,
);

const lossThings: ThingKind<Loss> = {
  table: lossTable,
  noun: 'a loss',
  isThing: (thing): thing is Loss => hasMethods(thing, 'call', 'apply'),
};

/** Names that mean one loss or another, by the shapes of labels and predictions. */
const BY_SHAPES = ['crossentropy', 'ce'];

const crossentropies = {
  binary: 'binaryCrossentropy',
  sparse: 'sparseCategoricalCrossentropy',
  oneHot: 'categoricalCrossentropy',
};

/** The kind of losses as users say them. Names are checked, and what they stand for is loaded later. */
export const lossIdentifierKind: Kind<LossIdentifier> = namedOrFunction<Loss, LossFunction>(
  lossThings,
  '(yTrue, yPred) => losses',
  BY_SHAPES,
);

/** The names of the classes that make some losses: `lossTable` loads them. */
export function lossClasses(identifiers: readonly LossIdentifier[]): readonly string[] {
  return identifiers.flatMap((identifier) => {
    if (typeof identifier === 'function') return 'lossFunctionWrapper';
    return isNameOf(BY_SHAPES, identifier) ? Object.values(crossentropies) : classesOf(lossThings, identifier);
  });
}

/**
 * The loss that a user means, if what makes it is loaded. One given by name is called by that name; `crossentropy` (or
 * `ce`) is the binary, sparse or categorical one, by the shapes.
 *
 * @throws ManabiError as `getLoss`
 */
export function loadedLoss(op: string, identifier: LossIdentifier, yTrue?: PartialType, yPred?: PartialType): Loss {
  const place = { op, name: 'loss' };
  if (typeof identifier === 'function') return thingOf(lossThings, 'lossFunctionWrapper', place, { fn: identifier });
  if (!isNameOf(BY_SHAPES, identifier)) return thingOf(lossThings, identifier, place, nameOption(identifier));
  const meant = crossentropies[labelKind(identifier, yTrue, yPred)];
  return thingOf(lossThings, meant, place, { name: identifier });
}

/**
 * The loss that a user means. One given by name is called by that name; `crossentropy` (or `ce`) is the binary, sparse
 * or categorical one, by the shapes.
 *
 * @param yTrue what the loss will be given, for `crossentropy` alone
 * @throws ManabiError `argument` for unknown names, with the nearest ones, and for `crossentropy` without shapes
 * @example `const loss = await getLoss('mse')`
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
