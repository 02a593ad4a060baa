import { isList, isObject, type Json, type JsonObject } from '../json.ts';
import { tensorAt } from './expression.ts';
import { isOperator } from './operator-module.ts';

/**
 * Arguments of calls that hold masks: the name and position of the argument whose tensors they mask. Keras ignores `query_mask`.
 */
const MASKED: Readonly<Record<string, { readonly name: string; readonly position: number }>> = {
  mask: { name: 'inputs', position: 0 },
  value_mask: { name: 'value', position: 1 },
  key_mask: { name: 'key', position: 2 },
};

/** Class name of the entries that give a tensor a mask, or remove its mask. */
export const SET_MASK = 'SetMask';

/**
 * Replaces masks that are arguments of calls by entries that give the masks to the tensors. Calls of Keras 2 are lists of
 * tensors, whose last item has the other arguments.
 */
export function withGivenMasks(entries: readonly JsonObject[]): readonly JsonObject[] {
  const setter = maskSetter(entries);
  const converted = entries.map((entry) => {
    const { inbound_nodes: nodes } = entry;
    if (!isList(nodes) || isOperator(entry)) return entry;
    const calls = nodes.map((node) => {
      if (isObject(node)) return withoutMaskArguments(node, setter.set);
      return isList(node) ? withoutMaskOfKeras2(node, setter.set) : node;
    });
    return calls.every((call, i) => call === nodes[i]) ? entry : { ...entry, inbound_nodes: calls };
  });
  return setter.added.length === 0 ? entries : [...converted, ...setter.added];
}

/** Returns a reference to a tensor with a mask; null removes the mask of the tensor. */
export type SetMask = (tensor: JsonObject, mask: JsonObject | null) => JsonObject;

/** Returns a function that gives masks to tensors, and the entries that this takes. */
export function maskSetter(entries: readonly JsonObject[]): {
  readonly set: SetMask;
  readonly added: readonly JsonObject[];
} {
  const names = new Set(entries.map(({ name }) => name));
  const known = new Map<string, JsonObject>();
  const added: JsonObject[] = [];
  const set: SetMask = (tensor, mask) => {
    const args = mask === null ? [tensor] : [tensor, mask];
    const key = JSON.stringify(args.map(referenceOf));
    const found = known.get(key);
    if (found !== undefined) return found;
    let name = `set_mask_${added.length}`;
    while (names.has(name)) name += '_';
    names.add(name);
    const ref = tensorAt([name, 0, 0]);
    known.set(key, ref);
    added.push({
      module: 'keras.src.ops',
      class_name: SET_MASK,
      config: { name },
      registered_name: SET_MASK,
      name,
      inbound_nodes: [{ args, kwargs: {} }],
    });
    return ref;
  };
  return { set, added };
}

function withoutMaskArguments(call: JsonObject, set: SetMask): JsonObject {
  const { args, kwargs } = call;
  if (!isObject(kwargs)) return call;
  const masks = Object.entries(kwargs).filter(([name, value]) => Object.hasOwn(MASKED, name) && hasTensor(value));
  if (masks.length === 0 && !('query_mask' in kwargs)) return call;
  const positional: Json[] = isList(args) ? [...args] : [];
  const named = Object.fromEntries(
    Object.entries(kwargs).filter(([name]) => name !== 'query_mask' && !masks.some(([mask]) => mask === name)),
  );
  for (const [name, mask] of masks) {
    const { name: argument, position } = MASKED[name];
    // Without a key, the value is the key.
    const value = named.value ?? positional[1] ?? null;
    const isPositional = position < positional.length;
    const target = isPositional ? positional[position] : (named[argument] ?? (argument === 'key' ? value : null));
    const result = masked(target, mask, set);
    // The reader of calls rejects the mask.
    if (result === null) return call;
    if (isPositional) positional[position] = result;
    else named[argument] = result;
  }
  return { ...call, args: positional, kwargs: named };
}

function withoutMaskOfKeras2(node: readonly Json[], set: SetMask): Json {
  const [first, ...others] = node;
  if (!isList(first)) return node;
  const [layer, call, output, options] = first;
  if (!isObject(options) || !isReference(options.mask ?? null)) return node;
  const { mask = null, ...rest } = options;
  const tensor = set(tensorAt([layer, call, output]), tensorAt(isList(mask) ? mask : []));
  return [[...referenceOf(tensor), rest], ...others];
}

/** Gives masks to an argument: to a tensor, or to each tensor of a list, whose masks may be null; null for other arguments. */
function masked(argument: Json, mask: Json, set: SetMask): Json {
  if (isTensor(argument)) return isTensor(mask) ? set(argument, mask) : null;
  if (!isList(argument) || !isList(mask) || argument.length !== mask.length) return null;
  const isKnown = argument.every(isTensor) && mask.every((item) => item === null || isTensor(item));
  if (!isKnown) return null;
  return argument.map((item, i) => (isTensor(item) ? set(item, tensorOrNull(mask[i])) : item));
}

function tensorOrNull(mask: Json): JsonObject | null {
  return isTensor(mask) ? mask : null;
}

/** Reports whether a JSON value is a tensor in the form of Keras 3. */
export function isTensor(value: Json): value is JsonObject {
  return isObject(value) && value.class_name === '__keras_tensor__';
}

/** Returns the reference of a tensor: layer, call and output. */
export function referenceOf(tensor: JsonObject): readonly Json[] {
  const history = isObject(tensor.config) ? (tensor.config.keras_history ?? null) : null;
  return isList(history) ? history : [];
}

function hasTensor(value: Json): boolean {
  return isTensor(value) || (isList(value) && value.some(hasTensor));
}

function isReference(value: Json): boolean {
  return isList(value) && value.length === 3 && typeof value[0] === 'string' && typeof value[1] === 'number';
}
