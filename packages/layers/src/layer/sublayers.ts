import { ManabiError } from '@manabi/core';

/** The members of a layer that the search for sublayers reads. */
interface Holder {
  readonly name: string;
  readonly sublayers: readonly object[];
}

const searching: object[] = [];

/**
 * Returns all layers in the fields of an object, without duplicates; arrays, plain objects and maps in the fields are
 * searched, too.
 *
 * @param isLayer function that returns whether a value is a layer
 * @param values values to search in place of the fields of the object
 * @throws ManabiError `graph` if the object contains itself
 */
export function findSublayers<L extends Holder>(
  owner: Holder,
  isLayer: (value: object) => value is L,
  values: Iterable<unknown> = Object.values(owner),
): L[] {
  const { name } = owner;
  if (searching.includes(owner)) {
    const message = `Layer '${name}' contains itself. Remove it from the fields of its sublayers.`;
    throw new ManabiError('graph', message, { op: 'sublayers', data: { layer: name } });
  }
  const found = new Set<L>();
  collect(values, isLayer, found, new Set());
  searching.push(owner);
  try {
    for (const layer of found) void layer.sublayers;
  } finally {
    searching.pop();
  }
  return [...found];
}

function collect<L extends Holder>(
  values: Iterable<unknown>,
  isLayer: (value: object) => value is L,
  found: Set<L>,
  seen: Set<unknown>,
): void {
  for (const value of values) {
    if (typeof value !== 'object' || value === null || seen.has(value)) continue;
    seen.add(value);
    if (isLayer(value)) found.add(value);
    else if (Array.isArray(value)) collect(value, isLayer, found, seen);
    else if (value instanceof Map) collect(value.values(), isLayer, found, seen);
    else if (isPlain(value)) collect(Object.values(value), isLayer, found, seen);
  }
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
