import { ManabiError } from '@manabi/errors';

/**
 * Structure of a tree without its tensors. A tree consists of plain objects and arrays with tensors as leaves; all
 * other leaves (null, numbers, strings) are part of the structure.
 */
export type Structure =
  | { readonly kind: 'tensor' }
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'list'; readonly items: readonly Structure[] }
  | { readonly kind: 'record'; readonly keys: readonly string[]; readonly items: readonly Structure[] };

/** Largest supported depth of a tree. Deeper nesting usually means that the tree contains itself. */
const DEEPEST = 500;

/**
 * Throws if a part of a tree is nested too deeply. A tree that contains itself is thus reported before the stack
 * overflows.
 *
 * @throws ManabiError `argument`
 */
export function checkDepth(op: string, depth: number): void {
  if (depth <= DEEPEST) return;
  throw new ManabiError(
    'argument',
    `The tree is nested more than ${DEEPEST} levels deep, or contains itself. Pass plain objects and arrays of tensors.`,
    { op, data: { deepest: DEEPEST } },
  );
}

/**
 * Builds the tree with the given structure and leaves. The structure is not checked, because this runs in every call of
 * a jitted function.
 *
 * @throws ManabiError `argument` for a wrong number of leaves
 */
export function assemble(structure: Structure, leaves: readonly unknown[]): unknown {
  let next = 0;
  const make = (part: Structure): unknown => {
    switch (part.kind) {
      case 'tensor':
        return leaves[next++];
      case 'value':
        return part.value;
      case 'list':
        return part.items.map(make);
      case 'record':
        return makeRecord(part.keys, part.items, make);
    }
  };
  const tree = make(structure);
  if (next === leaves.length) return tree;
  throw new ManabiError(
    'argument',
    `\`leaves\` must have one item for each of the ${next} tensors of the structure; got ${leaves.length} items.`,
    {
      op: 'tree.unflatten',
      data: { places: next, leaves: leaves.length },
    },
  );
}

function makeRecord(
  keys: readonly string[],
  items: readonly Structure[],
  make: (item: Structure) => unknown,
): Record<string, unknown> {
  const record: Record<string, unknown> = {};
  for (let i = 0; i < keys.length; i++) {
    const value = make(items[i]);
    // An assignment to the key `__proto__` would change the prototype of the object.
    if (keys[i] === '__proto__') Object.defineProperty(record, keys[i], { value, enumerable: true, writable: true });
    else record[keys[i]] = value;
  }
  return record;
}

/** Whether a value is a plain object: one created by an object literal, or one without a prototype. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
