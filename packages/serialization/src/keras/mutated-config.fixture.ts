import { type RandomSource, randomSource } from '@manabi/testing';
import type { Json } from './json.ts';

/** Path of a value in a config: keys and indices, outermost first. */
type Path = readonly (string | number)[];

/** A name far longer than names of layers, options and classes. */
const LONG_NAME = 'aB_'.repeat(20_000);

/** Values with which a mutation may replace a part of a config. */
const REPLACEMENTS: readonly Json[] = [
  null,
  true,
  false,
  0,
  -1,
  1,
  2.5,
  1e300,
  2 ** 31,
  '',
  'x',
  'channels_last',
  '__proto__',
  [],
  [null],
  [[]],
  ['x', 0, 0],
  [1, 2, 3],
  {},
  { class_name: 'Dense' },
  { class_name: 'Dense', config: null },
  { class_name: null, config: {} },
  { class_name: '__keras_tensor__', config: { keras_history: ['x', 0, 0] } },
  { class_name: 'Sequential', config: { layers: [] } },
  { constructor: 1 },
  LONG_NAME,
  Array<number>(20_000).fill(1),
];

/** Returns the number 1 inside `levels` nested lists or objects. */
function nested(levels: number, isList: boolean): Json {
  let value: Json = 1;
  for (let i = 0; i < levels; i++) value = isList ? [value] : { config: value };
  return value;
}

/** Returns the paths of a JSON value and of all values in it. */
function pathsIn(value: Json, path: Path, paths: Path[]): readonly Path[] {
  paths.push(path);
  if (typeof value === 'object' && value !== null) {
    // Arrays have their indices as keys.
    for (const [key, item] of Object.entries(value)) {
      pathsIn(item, [...path, Array.isArray(value) ? Number(key) : key], paths);
    }
  }
  return paths;
}

function valueAt(value: Json, path: Path): Json {
  return path.reduce<Json>((found, key) => (found as Readonly<Record<string | number, Json>>)[key], value);
}

/**
 * Returns a copy of a JSON value in which `change` has edited the list or object that contains the entry at `path`.
 * `change` receives its entries, and the index of this entry.
 */
function changed(value: Json, path: Path, change: (entries: [string, Json][], index: number) => void): Json {
  const [key, ...rest] = path;
  // The path was found in this value, so each step of the path leads through a list or an object.
  const entries = Object.entries(value as Readonly<Record<string, Json>>);
  const index = entries.findIndex(([name]) => name === String(key));
  if (rest.length > 0) entries[index][1] = changed(entries[index][1], rest, change);
  else change(entries, index);
  if (Array.isArray(value)) return entries.map(([, item]) => item);
  // Object.fromEntries keeps the key __proto__ as a normal key.
  return Object.fromEntries(entries);
}

/**
 * Returns a config with a structural error: a part replaced by another value or part, removed, duplicated, renamed, or
 * deeply nested.
 *
 * @param number number of the mutation, which determines it
 */
export function mutatedConfig(config: Json, number: number): Json {
  const random = randomSource(number + 1);
  let result = config;
  for (let round = random.next() < 0.75 ? 1 : 1 + random.integer(0, 3); round > 0; round--) {
    result = mutatedOnce(result, random);
  }
  return result;
}

function mutatedOnce(config: Json, random: RandomSource): Json {
  const paths = pathsIn(config, [], []);
  const path = random.pick(paths);
  const replacement =
    random.next() < 0.05 ? nested(random.pick([100, 240, 300, 1500]), random.next() < 0.5) : random.pick(REPLACEMENTS);
  if (path.length === 0) return replacement;
  return changed(config, path, (entries, index) => {
    const [name, value] = entries[index];
    switch (random.integer(0, 6)) {
      case 0:
        entries.splice(index, 1);
        break;
      case 1:
        entries.splice(index, 0, [`${name}_2`, value]);
        break;
      case 2:
        entries[index] = [name, valueAt(config, random.pick(paths))];
        break;
      case 3:
        entries[index] = [
          random.pick(['name', 'class_name', 'config', 'units', 'layers', 'inbound_nodes', 'x', LONG_NAME]),
          value,
        ];
        break;
      default:
        entries[index] = [name, replacement];
    }
  });
}
