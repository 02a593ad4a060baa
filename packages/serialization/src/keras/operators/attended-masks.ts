import { isList, isObject, type Json, type JsonObject } from '../json.ts';
import { isTensor, maskSetter, referenceOf } from './given-masks.ts';
import { isOperator } from './operator-module.ts';

/** A call of a layer in the config of a functional model. */
interface Call {
  readonly entry: number;
  readonly index: number;
  /** Tensors of the call. */
  readonly tensors: readonly string[];
  /** Those among them that lose their masks. */
  readonly unmasked: readonly string[];
}

/**
 * Returns the entries of a functional model such that masks are where Keras 3 has them when the model runs: multi-head attention
 * removes the masks of its inputs, so layers that run later get these tensors without masks, unless a mask is an argument of
 * their call. Returns the given entries if nothing changes.
 *
 * @param outputs outputs of the model
 */
export function withoutAttendedMasks(entries: readonly JsonObject[], outputs: Json): readonly JsonObject[] {
  if (!entries.some(removesMasks)) return entries;
  const calls = entries.flatMap(callsOf);
  const orders = ordersOf(entries, calls, outputs);
  // The first call that removes the mask of each tensor.
  const first = new Map<string, number>();
  for (const call of calls) {
    for (const tensor of call.unmasked)
      first.set(tensor, Math.min(first.get(tensor) ?? Infinity, orderOf(orders, call)));
  }
  const setter = maskSetter(entries);
  const changed = entries.map((entry, position) => {
    const { inbound_nodes: nodes } = entry;
    // Operators ignore masks.
    if (!isList(nodes) || isOperator(entry)) return entry;
    const converted = nodes.map((node, index) => {
      if (!isObject(node) || hasMask(node)) return node;
      const order = orders.get(`${position} ${index}`) ?? 0;
      const isRemoved = (tensor: JsonObject): boolean => (first.get(textOf(tensor)) ?? Infinity) < order;
      return replaced(node, (tensor) => (isRemoved(tensor) ? setter.set(tensor, null) : tensor));
    });
    return { ...entry, inbound_nodes: converted };
  });
  return setter.added.length === 0 ? entries : [...changed, ...setter.added];
}

function removesMasks({ class_name: className }: JsonObject): boolean {
  return className === 'MultiHeadAttention';
}

function callsOf(entry: JsonObject, position: number): readonly Call[] {
  const { inbound_nodes: nodes } = entry;
  if (!isList(nodes)) return [];
  return nodes.map((node, index) => ({
    entry: position,
    index,
    tensors: tensorsIn(node).map(textOf),
    unmasked: removesMasks(entry) ? attended(entry, node).map(textOf) : [],
  }));
}

/** Returns query, value and key of a call of attention, without those that it casts: they are other tensors, which have no masks. */
function attended({ config }: JsonObject, node: Json): readonly JsonObject[] {
  if (!isObject(node)) return [];
  const { query = null, value = null, key = null } = isObject(node.kwargs) ? node.kwargs : {};
  const dtype = computeDtype(isObject(config) ? (config.dtype ?? null) : null);
  return tensorsIn([node.args ?? null, query, value, key]).filter(
    (tensor) => dtype === null || !isObject(tensor.config) || tensor.config.dtype === dtype,
  );
}

function computeDtype(policy: Json): string | null {
  const name = isObject(policy) && isObject(policy.config) ? policy.config.name : policy;
  return typeof name === 'string' ? name.replace(/^mixed_/, '') : null;
}

function orderOf(orders: ReadonlyMap<string, number>, { entry, index }: Call): number {
  return orders.get(`${entry} ${index}`) ?? 0;
}

/**
 * Returns the positions at which Keras runs the calls: by their largest distance to an output, and calls at the same distance in
 * the order in which a search from the last output reaches them.
 */
function ordersOf(entries: readonly JsonObject[], calls: readonly Call[], outputs: Json): ReadonlyMap<string, number> {
  const positions = new Map(entries.map(({ name }, i) => [name ?? null, i] as const));
  const at = new Map(calls.map((call, i) => [`${call.entry} ${call.index}`, i] as const));
  const callAt = (name: Json, index: Json): number | undefined => {
    const position = positions.get(name) ?? -1;
    // In the outputs, Keras numbers the calls of a nested model from 1.
    return at.get(`${position} ${Number(index)}`) ?? at.get(`${position} ${Number(index) - 1}`);
  };
  const sources = calls.map(({ tensors }) =>
    tensors.flatMap((tensor) => {
      const [name, index]: readonly Json[] = JSON.parse(tensor);
      return callAt(name, index) ?? [];
    }),
  );
  const distances = new Map<number, number>();
  const ofLayers = new Map<number, number>();
  for (const call of postorder(sources, leaves(outputs, callAt)).reverse()) {
    const { entry } = calls[call];
    const distance = Math.max(distances.get(call) ?? 0, ofLayers.get(entry) ?? 0);
    ofLayers.set(entry, distance);
    distances.set(call, distance);
    for (const source of sources[call]) distances.set(source, Math.max(distance + 1, distances.get(source) ?? 0));
  }
  // Sorting is stable.
  const order = [...distances].sort(([, a], [, b]) => b - a).map(([call]) => call);
  return new Map(order.map((call, i) => [`${calls[call].entry} ${calls[call].index}`, i] as const));
}

/** Returns the calls that compute the outputs of a model, in their order. */
function leaves(outputs: Json, callAt: (name: Json, index: Json) => number | undefined): readonly number[] {
  if (!isList(outputs)) return isObject(outputs) ? Object.values(outputs).flatMap((item) => leaves(item, callAt)) : [];
  const [name, index] = outputs;
  return typeof name === 'string'
    ? [callAt(name, index) ?? []].flat()
    : outputs.flatMap((item) => leaves(item, callAt));
}

/** Returns the calls that others depend on, each after its sources. */
function postorder(sources: readonly (readonly number[])[], ends: readonly number[]): number[] {
  const order: number[] = [];
  const seen = new Set<number>();
  const stack: { readonly call: number; next: number }[] = [];
  const enter = (call: number): void => {
    if (seen.has(call)) return;
    seen.add(call);
    stack.push({ call, next: 0 });
  };
  for (const end of ends) {
    enter(end);
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const source = sources[top.call].at(top.next++);
      if (top.next <= sources[top.call].length && source !== undefined) enter(source);
      else order.push((stack.pop() ?? top).call);
    }
  }
  return order;
}

function hasMask({ kwargs }: JsonObject): boolean {
  return (
    isObject(kwargs) && Object.entries(kwargs).some(([name, value]) => name === 'mask' && tensorsIn(value).length > 0)
  );
}

function tensorsIn(value: Json): readonly JsonObject[] {
  if (isTensor(value)) return [value];
  if (isList(value)) return value.flatMap(tensorsIn);
  return isObject(value) ? Object.values(value).flatMap(tensorsIn) : [];
}

function replaced<T extends Json>(value: T, change: (tensor: JsonObject) => JsonObject): Json {
  if (isTensor(value)) return change(value);
  if (isList(value)) return value.map((item) => replaced(item, change));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, replaced(item, change)]));
}

function textOf(tensor: JsonObject): string {
  return JSON.stringify(referenceOf(tensor));
}
