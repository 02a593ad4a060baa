import { nodeModule } from '../node.ts';

/** Metadata of a complete or partial file in the cache, stored beside the file as JSON. */
export interface FileNote {
  /**
   * Identifier of the version of the file on the server. Byte ranges of a file can be joined if their identifiers are
   * equal.
   */
  readonly validator?: string;
  readonly etag?: string;
  readonly lastModified?: string;
  /** SHA-256 of the downloaded file, with which later damage is detected. */
  readonly sha256?: string;
}

/** Returns the metadata of a file that was downloaded with the given response headers. */
export function noteOf(validator: string | undefined, headers: Headers | undefined): FileNote {
  return {
    validator,
    etag: headers?.get('etag') ?? undefined,
    lastModified: headers?.get('last-modified') ?? undefined,
  };
}

/** Reads the metadata of a cached file; returns an empty object if the metadata is missing or damaged. */
export async function readNote(path: string): Promise<FileNote> {
  const { readFile } = await nodeModule('fs/promises');
  try {
    const note: unknown = JSON.parse(await readFile(path, 'utf8'));
    if (typeof note !== 'object' || note === null) return {};
    const text = (name: keyof FileNote): string | undefined => {
      const value: unknown = Object.entries(note).find(([key]) => key === name)?.[1];
      return typeof value === 'string' ? value : undefined;
    };
    return {
      validator: text('validator'),
      etag: text('etag'),
      lastModified: text('lastModified'),
      sha256: text('sha256'),
    };
  } catch {
    return {};
  }
}

/** Writes the metadata of a cached file. Replaces an existing metadata file, or a link in its place. */
export async function writeNote(path: string, note: FileNote): Promise<void> {
  const { rename, rm, writeFile } = await nodeModule('fs/promises');
  const temporary = `${path}.${crypto.randomUUID()}.tmp`;
  try {
    await writeFile(temporary, JSON.stringify(note), { flag: 'wx' });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
