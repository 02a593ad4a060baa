import { isList, isObject, type Json, type JsonObject } from '../json.ts';

/**
 * Marks numbers that turn integers into floats. JSON does not distinguish 2.0 from 2, but in Keras the product of an integer
 * tensor and 2.0 is a float. The dtypes that a config states for the results show which numbers these are; they become constant
 * arrays of float32.
 */
export function withFloatConstants(entries: readonly JsonObject[]): readonly JsonObject[] {
  const floats = new Set<Json | undefined>();
  for (const entry of entries) {
    for (const tensor of tensorsIn(entry.inbound_nodes ?? null)) {
      if (isFloat(tensor.dtype) && isList(tensor.keras_history)) floats.add(tensor.keras_history[0]);
    }
  }
  return entries.map((entry) => {
    const { inbound_nodes: nodes } = entry;
    if (!KEEPS_INTEGERS.has(entry.class_name) || !floats.has(entry.name) || !isList(nodes)) return entry;
    if (tensorsIn(nodes).some(({ dtype }) => isFloat(dtype))) return entry;
    return { ...entry, inbound_nodes: nodes.map(withFloats) };
  });
}

/** Operators of two operands whose result is an integer if both are. */
const KEEPS_INTEGERS: ReadonlySet<Json | undefined> = new Set([
  'Add',
  'FloorDivide',
  'Maximum',
  'Minimum',
  'Mod',
  'Multiply',
  'Power',
  'Subtract',
]);

function isFloat(dtype: Json | undefined): boolean {
  return typeof dtype === 'string' && dtype.includes('float');
}

function withFloats(call: Json): Json {
  if (!isObject(call) || !isList(call.args)) return call;
  const args = call.args.map((value) =>
    typeof value === 'number' ? { class_name: '__numpy__', config: { value, dtype: 'float32' } } : value,
  );
  return { ...call, args };
}

/** Returns the configs of the tensors within a JSON value, at any depth. */
function tensorsIn(value: Json): readonly JsonObject[] {
  if (isList(value)) return value.flatMap(tensorsIn);
  if (!isObject(value)) return [];
  if (value.class_name !== '__keras_tensor__') return Object.values(value).flatMap(tensorsIn);
  return isObject(value.config) ? [value.config] : [];
}
