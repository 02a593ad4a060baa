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
 * Exports a built model in inference mode, as a function of its weights by path and its inputs. Lengths that are null
 * in the input types stay variable. If several lengths besides the batch size are null, each varies on its own if the
 * model allows it; otherwise, all of them must be equal.
 *
 * @throws ManabiError `argument` if the input shapes of the model are unknown
 */
export async function exportModel(model: Network): Promise<ProgramFamily> {
  const types = model.inputTypes;
  if (types === null) {
    throw new ManabiError(
      'argument',
      `The input shapes of '${model.name}' are unknown. Call the model once, or model.build([null, ...shape]).`,
      { op: 'exportPrograms', data: { model: model.name } },
    );
  }
  const names = openNames(model, toList(types));
  const family = await exportableModel(model, names).exportPrograms();
  return names.length < 2 || areIndependent(family, names)
    ? family
    : exportableModel(
        model,
        names.map(() => ONE_LENGTH),
      ).exportPrograms();
}

/** Name of the variable length besides the batch size, for a model with a single one. */
const ONE_LENGTH = 'length';

/** Returns names for the variable lengths besides the batch size, in the order of inputs and axes. */
function openNames(model: Network, types: readonly PartialType[]): readonly string[] {
  const names = types.flatMap(({ shape }, i) =>
    shape.flatMap((length, axis) => (axis > 0 && length === null ? [`${model.inputNames[i]}_${axis}`] : [])),
  );
  return names.length === 1 ? [ONE_LENGTH] : names;
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

/** Returns whether the model can be traced if each variable length has a different value. */
function areIndependent(family: ProgramFamily, names: readonly string[]): boolean {
  try {
    family.graph(2, Object.fromEntries(names.map((name, i) => [name, 64 * (i + 1)])));
    return true;
  } catch (error) {
    if (error instanceof ManabiError) return false;
    throw error;
  }
}
