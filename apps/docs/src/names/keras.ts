import { readFileSync } from 'node:fs';
import * as further from '@manabi/layers/further';
import {
  activations,
  callbacks,
  constraints,
  initializers,
  layers,
  losses,
  metrics,
  optimizers,
  regularizers,
} from 'manabi';

/** The namespaces that Keras and manabi have, in the order of the guide. */
const spaces = {
  layers,
  losses,
  metrics,
  optimizers,
  callbacks,
  activations,
  initializers,
  regularizers,
  constraints,
};
type Kind = keyof typeof spaces;
const kinds = Object.keys(spaces) as readonly Kind[]; // a plain object has its declared keys

/** A name of Keras; `ours` is null if manabi lacks it, for a reason. */
export interface KerasName {
  readonly name: string;
  readonly ours: string | null;
  readonly reason: string | null;
  /** The entry point that exports it, if it is not `manabi`. */
  readonly entry?: string;
}

// The data that packages/layers/src/names.test.ts checks.
const folder = new URL('../../../../packages/layers/src/goldens/', import.meta.url);
const names: Readonly<Record<Kind, readonly string[]>> = read('names.json');
const leftOut: Readonly<Record<Kind, Readonly<Record<string, string>>>> = read('names-left-out.json');

/**
 * Returns the names of Keras, by kind.
 *
 * @throws Error for a name that manabi neither exports nor leaves out with a reason
 */
export function kerasNames(): ReadonlyMap<Kind, readonly KerasName[]> {
  return new Map(kinds.map((kind) => [kind, names[kind].map((name) => kerasName(kind, name))]));
}

function kerasName(kind: Kind, name: string): KerasName {
  const key = name.replaceAll('_', '').toLowerCase();
  const own = Object.keys(spaces[kind]).find((each) => each.toLowerCase() === key);
  if (own !== undefined) return { name, ours: `${kind}.${own}`, reason: null };
  const rare =
    kind === 'layers'
      ? Object.keys(further).find((each) => /^[a-z]/.test(each) && each.toLowerCase() === key)
      : undefined;
  if (rare !== undefined) return { name, ours: rare, reason: null, entry: '@manabi/layers/further' };
  const reason = leftOut[kind][name];
  if (reason === undefined) throw new Error(`manabi has no '${name}' of keras.${kind}, and no reason for it.`);
  return { name, ours: null, reason };
}

function read<T>(file: string): T {
  return JSON.parse(readFileSync(new URL(file, folder), 'utf8'));
}
