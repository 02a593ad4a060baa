import { isList, isObject, type Json, type JsonObject } from '../json.ts';

/** Classes of layers with a vocabulary. */
const LOOKUPS: ReadonlySet<Json | undefined> = new Set(['TextVectorization', 'StringLookup', 'IntegerLookup']);

/** Returns whether a class of layers hashes strings and integers. */
export function isHashing(className: Json | undefined): boolean {
  return className === 'Hashing' || className === 'HashedCrossing';
}

/** Reports whether an entry of a config is a layer with a vocabulary. */
export function isLookup(entry: Json | undefined): entry is JsonObject {
  return isObject(entry) && LOOKUPS.has(entry.class_name) && isObject(entry.config);
}

/** Returns the entries of the layers of a model; null for layers other than sequential and functional models. */
export function layersIn(entry: Json | undefined): readonly Json[] | null {
  const config = isObject(entry) ? entry.config : undefined;
  return isObject(config) && isList(config.layers) ? config.layers : null;
}
