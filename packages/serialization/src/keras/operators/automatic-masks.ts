import { isList, isObject, type Json, type JsonObject } from '../json.ts';
import { isOperator } from './operator-module.ts';

/**
 * Removes automatic masks from the config of a functional model. Keras 3 writes them as operators whose results are arguments
 * of layers; manabi's layers propagate masks themselves, so the operators are not needed.
 *
 * @returns the entries of the config, with null in place of operators that are no longer used
 */
export function withoutAutomaticMasks(entries: readonly JsonObject[], outputs: Json): readonly (JsonObject | null)[] {
  if (!entries.some(isOperator)) return entries;
  const masks = automaticMasks(entries);
  const unmasked = entries.map((entry) => ({
    ...entry,
    inbound_nodes: eachCall(entry, (call) => unmaskedCall(call, masks)),
  }));
  return withoutIdle(unmasked, outputs);
}

/** Operators that compute a mask if all their operands are masks. */
const FROM_MASKS: ReadonlySet<string> = new Set([
  'Any',
  'All',
  'BroadcastTo',
  'Cast',
  'Concatenate',
  'ConvertToTensor',
  'ExpandDims',
  'LogicalAnd',
  'LogicalOr',
  'Reshape',
  'Squeeze',
  'Stack',
  'Transpose',
]);

/** Operators that create a mask for a tensor that has none; the mask depends only on the shape of the tensor. */
const UNMASKED: ReadonlySet<string> = new Set(['OnesLike', 'ZerosLike']);

/**
 * Returns the names of the operators that compute masks: those that compare the input of a masking layer with its mask
 * value, and those that compute a mask from such results. One pass suffices, because each entry follows the entries
 * whose results it uses.
 */
function automaticMasks(entries: readonly JsonObject[]): ReadonlySet<Json | undefined> {
  const masked = new Set(
    entries.filter(isMasking).flatMap((entry) => callsOf(entry).flatMap(({ args }) => tensorsIn(args ?? []))),
  );
  const masks = new Set<Json | undefined>();
  const isMask = (entry: JsonObject): boolean => {
    const operands = callsOf(entry).flatMap(({ args }) => tensorValues(args ?? []));
    const className = String(entry.class_name);
    if (className === 'NotEqual') return operands.every((operand) => masked.has(historyText(operand)));
    if (UNMASKED.has(className)) return true;
    return FROM_MASKS.has(className) && operands.length > 0 && operands.every((operand) => masks.has(nameIn(operand)));
  };
  for (const entry of entries) if (isOperator(entry) && isMask(entry)) masks.add(entry.name);
  return masks;
}

function isMasking({ class_name: className, config }: JsonObject): boolean {
  return className === 'Masking' || (className === 'Embedding' && isObject(config) && config.mask_zero === true);
}

function unmaskedCall(call: JsonObject, masks: ReadonlySet<Json | undefined>): JsonObject {
  if (!isObject(call.kwargs)) return call;
  const remaining = Object.entries(call.kwargs).filter(([name, value]) => {
    const tensors = /(^|_)mask$/.test(name) ? tensorValues(value) : [];
    return tensors.length === 0 || !tensors.every((tensor) => masks.has(nameIn(tensor)));
  });
  return { ...call, kwargs: Object.fromEntries(remaining) };
}

/**
 * Replaces an operator by null if neither an output of the model nor another entry uses its result. All other entries
 * are examined, because a layer that is called twice may be listed before an operator whose result it uses.
 */
function withoutIdle(entries: readonly JsonObject[], outputs: Json): readonly (JsonObject | null)[] {
  const used = new Set<Json>();
  const operators = new Map(entries.filter(isOperator).map((entry) => [entry.name ?? null, entry] as const));
  const use = (names: readonly Json[]): void => {
    for (const name of names) {
      if (used.has(name)) continue;
      used.add(name);
      const operator = operators.get(name);
      if (operator !== undefined) use(callsOf(operator).flatMap(namesIn));
    }
  };
  use(namesIn(outputs));
  for (const entry of entries) if (!isOperator(entry)) use(callsOf(entry).flatMap(namesIn));
  return entries.map((entry) => (isOperator(entry) && !used.has(entry.name ?? null) ? null : entry));
}

function callsOf({ inbound_nodes: nodes }: JsonObject): readonly JsonObject[] {
  return isList(nodes) ? nodes.filter(isObject) : [];
}

function eachCall({ inbound_nodes: nodes }: JsonObject, change: (call: JsonObject) => JsonObject): Json {
  return isList(nodes) ? nodes.map((node) => (isObject(node) ? change(node) : node)) : (nodes ?? []);
}

/** Returns the tensors within a JSON value, at any depth. */
function tensorValues(value: Json): readonly JsonObject[] {
  if (isList(value)) return value.flatMap(tensorValues);
  if (!isObject(value)) return [];
  return value.class_name === '__keras_tensor__' ? [value] : Object.values(value).flatMap(tensorValues);
}

function tensorsIn(value: Json): readonly string[] {
  return tensorValues(value).map(historyText);
}

function historyText(tensor: Json): string {
  return isObject(tensor) && isObject(tensor.config) ? JSON.stringify(tensor.config.keras_history) : '';
}

function nameIn(tensor: JsonObject): Json | undefined {
  const history = isObject(tensor.config) ? tensor.config.keras_history : undefined;
  return isList(history) ? history[0] : undefined;
}

/** Returns the names of the layers that a JSON value refers to, in tensors or in the inputs or outputs of a model. */
function namesIn(value: Json): readonly Json[] {
  const names = tensorValues(value).flatMap((tensor) => nameIn(tensor) ?? []);
  if (!isList(value)) return isObject(value) && names.length === 0 ? Object.values(value).flatMap(namesIn) : names;
  return typeof value[0] === 'string' ? [value[0], ...names] : [...names, ...value.flatMap(namesIn)];
}
