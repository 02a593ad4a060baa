import { ManabiError } from '@manabi/core';

/** What is looked for: layers, of which this file knows no more. */
interface Holder {
  readonly name: string;
  readonly sublayers: readonly object[];
}

const searching: object[] = [];

/**
 * The layers that an object's fields, or other things of it, hold: directly, in lists, plain records and maps; each once.
 *
 * @param isLayer tells layers from everything else
 * @throws ManabiError `graph` if the object is within itself
 */
export function findSublayers<L extends Holder>(
  owner: Holder,
  isLayer: (thing: object) => thing is L,
  things: Iterable<unknown> = Object.values(owner),
): L[] {
  const { name } = owner;
  if (searching.includes(owner)) {
    const message = `Layer '${name}' is within itself: a layer cannot hold itself, or one that holds it.`;
    throw new ManabiError('graph', message, { op: 'sublayers', data: { layer: name } });
  }
  const found = new Set<L>();
  collect(things, isLayer, found, new Set());
  searching.push(owner);
  try {
    for (const layer of found) void layer.sublayers;
  } finally {
    searching.pop();
  }
  return [...found];
}

function collect<L extends Holder>(
  things: Iterable<unknown>,
  isLayer: (thing: object) => thing is L,
  found: Set<L>,
  seen: Set<unknown>,
): void {
  for (const thing of things) {
    if (typeof thing !== 'object' || thing === null || seen.has(thing)) continue;
    seen.add(thing);
    if (isLayer(thing)) found.add(thing);
    else if (Array.isArray(thing)) collect(thing, isLayer, found, seen);
    else if (thing instanceof Map) collect(thing.values(), isLayer, found, seen);
    else if (isPlain(thing)) collect(Object.values(thing), isLayer, found, seen);
  }
}

function isPlain(thing: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(thing);
  return prototype === Object.prototype || prototype === null;
}
