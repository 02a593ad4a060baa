import { type Exportable, type ExportedInput, exportable, ManabiError, type Tensor } from '@manabi/core';
import { formatPartialType, isList, type PartialType, toList } from '../nested.ts';
import type { Network } from './network.ts';

/**
 * A built model as a function of its weights by path and its inputs, as at inference.
 *
 * @throws ManabiError `argument` if it was never told what its inputs are; `shape` if more than their batch size is open
 */
export function exportableModel(model: Network): Exportable {
  const types = model.inputTypes;
  if (types === null) {
    throw new ManabiError(
      'argument',
      `What the inputs of '${model.name}' are is not known. Call it once, or model.build([null, ...shape]).`,
      { op: 'exportPrograms', data: { model: model.name } },
    );
  }
  const { trainable, state } = model.values();
  const inputs = toList(types).map((type, i): [string, ExportedInput] => {
    checkOpen(model, model.inputNames[i], type);
    return [model.inputNames[i], type];
  });
  const isMany = isList(types);
  const predict = (values: Readonly<Record<string, Tensor>>, ...given: readonly Tensor[]): readonly Tensor[] =>
    toList(model.run({ trainable: values, state: {} }, isMany ? given : given[0]).outputs);
  return exportable(predict, { ...trainable, ...state }, Object.fromEntries(inputs), {
    name: model.name,
    outputNames: model.outputNames,
  });
}

function checkOpen(model: Network, input: string, type: PartialType): void {
  const axis = type.shape.findIndex((length, i) => i > 0 && length === null);
  if (axis < 0) return;
  throw new ManabiError(
    'shape',
    `The length of axis ${axis} of the input '${input}' of '${model.name}', ${formatPartialType(type)}, is not known, but ` +
      'only the batch size may be open in an exported model. Build the model with a length for that axis.',
    { op: 'exportPrograms', data: { model: model.name, input, axis, shape: type.shape } },
  );
}
