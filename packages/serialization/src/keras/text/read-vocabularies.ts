import { FileError } from '@manabi/files';
import type { ZipArchive } from '@manabi/files/internal';
import { snakeCase } from '@manabi/layers/classes';
import type { Hdf5Group } from '../../hdf5/open.ts';
import { isObject, type Json, type JsonObject } from '../json.ts';
import { checkTextSize } from '../parse-json.ts';
import { groupIn } from '../weights/read-weights.ts';
import { withEncodedInputs } from './encoded-inputs.ts';
import { isLookup, layersIn } from './lookup-entries.ts';

/**
 * Adds to a config the vocabularies and tf-idf weights that `adapt` of Keras learned, which an archive contains as files
 * of their own, and replaces inputs of strings by inputs of encoded strings.
 *
 * @param weights the weights of the archive
 * @throws FileError `corrupt` for a vocabulary of integers with other lines
 */
export async function readVocabularies(config: JsonObject, zip: ZipArchive, weights: Hdf5Group): Promise<JsonObject> {
  const visit = async (entry: JsonObject, path: readonly string[]): Promise<JsonObject> => {
    const layers = layersIn(entry);
    if (layers === null || !isObject(entry.config)) return entry;
    const counts = new Map<string, number>();
    const read: Json[] = [];
    for (const layer of layers) {
      if (!isObject(layer) || typeof layer.class_name !== 'string') {
        read.push(layer);
        continue;
      }
      const base = snakeCase(layer.class_name);
      const count = counts.get(base) ?? 0;
      counts.set(base, count + 1);
      const within = [...path, 'layers', count === 0 ? base : `${base}_${count}`];
      read.push(isLookup(layer) ? await withVocabulary(layer, within, zip, weights) : await visit(layer, within));
    }
    return { ...entry, config: { ...entry.config, layers: withEncodedInputs(read) } };
  };
  return visit(config, []);
}

/** Adds its vocabulary to a layer, unless the config has one, or the layer was not adapted. */
async function withVocabulary(
  layer: JsonObject,
  path: readonly string[],
  zip: ZipArchive,
  weights: Hdf5Group,
): Promise<JsonObject> {
  const { config } = layer;
  const entry = zip.entries.get(`assets/${path.join('/')}/vocabulary.txt`);
  if (!isObject(config) || entry === undefined || (config.vocabulary ?? null) !== null) return layer;
  checkTextSize(zip.name, entry.name, entry.size);
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(await zip.read(entry));
  const lines = linesOf(text, config.vocabulary_size);
  if (lines.length === 0) return layer;
  const vocabulary =
    layer.class_name === 'IntegerLookup' ? lines.map((line) => integerIn(line, entry.name, zip)) : lines;
  const idf = config.output_mode === 'tf_idf' ? await idfWeights(weights, path, vocabulary.length) : null;
  return { ...layer, config: { ...config, vocabulary, idf_weights: idf } };
}

/**
 * Returns the lines of a text that Keras wrote.
 *
 * @param size number of lines in the config. Without it, empty lines at the end are dropped, as Keras does always,
 * although an empty string may be the last token of a vocabulary
 */
function linesOf(text: string, size: Json | undefined): string[] {
  const lines = text.split(/\r?\n/);
  if (typeof size === 'number' && size > 0) return lines.slice(0, size);
  while (lines.at(-1) === '') lines.pop();
  return lines;
}

function integerIn(line: string, name: string, zip: ZipArchive): number {
  const value = Number(line);
  if (/^\s*[+-]?\d+\s*$/.test(line) && Number.isSafeInteger(value)) return value;
  throw new FileError(
    'corrupt',
    `The vocabulary ${name} in ${zip.name} must have an integer per line; got '${line.slice(0, 40)}'.`,
    {
      data: { source: zip.name, entry: name },
    },
  );
}

async function idfWeights(root: Hdf5Group, path: readonly string[], count: number): Promise<Json> {
  const group = await groupIn(root, [...path, 'vars']);
  const dataset = await group?.get('idf_weights');
  if (dataset?.kind !== 'dataset') return null;
  const { data } = await dataset.read();
  return Array.from(data).slice(0, count);
}
