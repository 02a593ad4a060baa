import { ManabiError } from '@manabi/core';
import { isLayer } from './is-layer.ts';
import type { Layer } from './layer.ts';

const searching: object[] = [];

/**
 * The layers that an object's fields, or other things of it, hold: directly, in lists, plain records and maps; each once.
 *
 * @throws ManabiError `graph` if the object is within itself
 */
export function findSublayers(owner: object, things: Iterable<unknown> = Object.values(owner)): Layer[] {
  if (searching.includes(owner)) {
    const name = isLayer(owner) ? owner.name : 'a layer';
    throw new ManabiError(
      'graph',
      `Layer '${name}' is within itself: a layer cannot hold itself, or one that holds it.`,
      {
        op: 'sublayers',
        data: { layer: name },
      },
    );
  }
  const found = new Set<Layer>();
  collect(things, found, new Set());
  searching.push(owner);
  try {
    for (const layer of found) void layer.sublayers;
  } finally {
    searching.pop();
  }
  return [...found];
}

function collect(things: Iterable<unknown>, found: Set<Layer>, seen: Set<unknown>): void {
  for (const thing of things) {
    if (typeof thing !== 'object' || thing === null || seen.has(thing)) continue;
    seen.add(thing);
    if (isLayer(thing)) found.add(thing);
    else if (Array.isArray(thing)) collect(thing, found, seen);
    else if (thing instanceof Map) collect(thing.values(), found, seen);
    else if (isPlain(thing)) collect(Object.values(thing), found, seen);
  }
}

function isPlain(thing: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(thing);
  return prototype === Object.prototype || prototype === null;
}
