import { nodeModule } from '../node.ts';

/** What is known of a file in the cache, or of a part of one: kept beside it as JSON. */
export interface FileNote {
  /** What tells versions apart, strictly enough to put parts together. */
  readonly validator?: string;
  readonly etag?: string;
  readonly lastModified?: string;
  /** SHA-256 of the file as it was downloaded. */
  readonly sha256?: string;
}

/** Returns what the headers of an answer say. */
export function noteOf(validator: string | undefined, headers: Headers | undefined): FileNote {
  return {
    validator,
    etag: headers?.get('etag') ?? undefined,
    lastModified: headers?.get('last-modified') ?? undefined,
  };
}

/** Reads a note; an empty one if there is none, or it is damaged. */
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

/** Writes a note in place of what is there, a link included. */
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
