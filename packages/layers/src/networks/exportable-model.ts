import {
  type Exportable,
  type ExportedInput,
  exportable,
  ManabiError,
  type ProgramFamily,
  type Tensor,
} from '@manabi/core';
import { isList, type PartialType, toList } from '../structure/nested.ts';
import type { Network } from './network.ts';

/**
 * A built model as a function of its weights by path and its inputs, as at inference, for all lengths that are open. Where
 * there are several beside the batch size, they are told apart if the model allows that; else they are one.
 *
 * @throws ManabiError `argument` if the model was never told what its inputs are
 */
export async function exportModel(model: Network): Promise<ProgramFamily> {
  const types = model.inputTypes;
  if (types === null) {
    throw new ManabiError(
      'argument',
      `What the inputs of '${model.name}' are is not known. Call it once, or model.build([null, ...shape]).`,
      { op: 'exportPrograms', data: { model: model.name } },
    );
  }
  const names = openNames(model, toList(types));
  const family = await exportableModel(model, names).exportPrograms();
  return names.length < 2 || tellsApart(family, names)
    ? family
    : exportableModel(
        model,
        names.map(() => ONE_LENGTH),
      ).exportPrograms();
}

/** What open lengths are called if there is one of them. */
const ONE_LENGTH = 'length';

/** Names for the lengths that are open beside the batch size, in the order of inputs and axes. */
function openNames(model: Network, types: readonly PartialType[]): readonly string[] {
  const places = types.flatMap(({ shape }, i) =>
    shape.flatMap((length, axis) => (axis > 0 && length === null ? [`${model.inputNames[i]}_${axis}`] : [])),
  );
  return places.length === 1 ? [ONE_LENGTH] : places;
}

function exportableModel(model: Network, names: readonly string[]): Exportable {
  const { trainable, state } = model.values();
  const types = model.inputTypes ?? [];
  let next = 0;
  const inputs = toList(types).map(({ shape, dtype }, i): [string, ExportedInput] => [
    model.inputNames[i],
    { dtype, shape: shape.map((length, axis) => (axis > 0 && length === null ? names[next++] : length)) },
  ]);
  const isMany = isList(types);
  const predict = (values: Readonly<Record<string, Tensor>>, ...given: readonly Tensor[]): readonly Tensor[] =>
    toList(model.run({ trainable: values, state: {} }, isMany ? given : given[0]).outputs);
  return exportable(predict, { ...trainable, ...state }, Object.fromEntries(inputs), {
    name: model.name,
    outputNames: model.outputNames,
  });
}

/** Whether the model can be traced with other lengths in each place. */
function tellsApart(family: ProgramFamily, names: readonly string[]): boolean {
  try {
    family.graph(2, Object.fromEntries(names.map((name, i) => [name, 32 + 8 * i])));
    return true;
  } catch (error) {
    if (error instanceof ManabiError) return false;
    throw error;
  }
}
