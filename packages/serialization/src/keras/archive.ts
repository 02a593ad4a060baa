import { FileError } from '@manabi/files';
import type { ZipArchive } from '@manabi/files/internal';
import type { JsonObject } from './json.ts';
import { checkTextSize, parseJson } from './parse-json.ts';

/**
 * Reads a JSON object in an archive.
 *
 * @throws FileError `corrupt`, `tooLarge`
 */
export async function readJson(zip: ZipArchive, name: string): Promise<JsonObject> {
  checkTextSize(zip.name, name, zip.entries.get(name)?.size ?? 0);
  return parseJson(zip.name, name, new TextDecoder().decode(await readEntry(zip, name)));
}

/**
 * Reads the bytes of a file in an archive.
 *
 * @param accepts reports whether the bytes may start so
 * @throws FileError `corrupt` if it is missing, or starts otherwise
 */
export async function readEntry(
  zip: ZipArchive,
  name: string,
  accepts?: (start: Uint8Array) => boolean,
): Promise<Uint8Array<ArrayBuffer>> {
  const entry = zip.entries.get(name);
  if (entry !== undefined) return zip.read(entry, accepts);
  throw new FileError(
    'corrupt',
    `Cannot read ${zip.name} as a .keras file: entry '${name}' is missing; found ${[...zip.entries.keys()].slice(0, 5).join(', ') || 'no entries'}. Check that it is a model file.`,
    { data: { source: zip.name, entry: name, entries: [...zip.entries.keys()].slice(0, 20) } },
  );
}
