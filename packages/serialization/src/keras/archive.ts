import { FileError } from '@manabi/files';
import type { ZipArchive } from '../zip/index.ts';
import { isObject, type Json, type JsonObject } from './json.ts';

/**
 * An object of JSON in an archive.
 *
 * @throws FileError `corrupt`
 */
export async function readJson(zip: ZipArchive, name: string): Promise<JsonObject> {
  const text = new TextDecoder().decode(await readEntry(zip, name));
  const value = parsed(zip.name, name, text);
  if (isObject(value)) return value;
  throw new FileError('corrupt', `${name} in ${zip.name} holds no object.`, {
    data: { source: zip.name, entry: name },
  });
}

/** JSON as Python writes it, which may hold NaN and Infinity. */
function parsed(source: string, entry: string, text: string): Json {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new FileError('corrupt', `${entry} in ${source} is no JSON: ${String(error)}`, {
      data: { source, entry },
      cause: error,
    });
  }
}

/**
 * The bytes of a file in an archive.
 *
 * @throws FileError `corrupt` if it is not there
 */
export async function readEntry(zip: ZipArchive, name: string): Promise<Uint8Array<ArrayBuffer>> {
  const entry = zip.entries.get(name);
  if (entry !== undefined) return zip.read(entry);
  throw new FileError(
    'corrupt',
    `${zip.name} is no .keras file: it holds no ${name}, but ${[...zip.entries.keys()].slice(0, 5).join(', ') || 'nothing'}.`,
    { data: { source: zip.name, entry: name, entries: [...zip.entries.keys()].slice(0, 20) } },
  );
}
