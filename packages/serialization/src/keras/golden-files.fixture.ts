import { readFileSync } from 'node:fs';
import { joinedBytes, openZip, type ZipInput, zipPieces } from '@manabi/files/internal';
import { openSource } from '../stores/index.ts';
import { archiveNames } from './archive-names.ts';

/** Returns the bytes of a file written by Keras. */
export function golden(file: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(new URL(`./goldens/${file}`, import.meta.url)));
}

/** Returns a ZIP archive with the given files. */
export async function zipped(files: readonly ZipInput[]): Promise<Uint8Array<ArrayBuffer>> {
  const pieces: Uint8Array[] = [];
  for await (const piece of zipPieces(files)) pieces.push(piece);
  return joinedBytes(pieces);
}

/** Returns a copy of an archive with changed files. */
export async function withFiles(
  archive: Uint8Array<ArrayBuffer>,
  change: (files: Map<string, Uint8Array>) => void | Promise<void>,
): Promise<Uint8Array<ArrayBuffer>> {
  const zip = await openZip(await openSource(archive));
  const files = new Map<string, Uint8Array>();
  for (const [name, entry] of zip.entries) files.set(name, await zip.read(entry));
  await change(files);
  return zipped([...files].map(([name, data]) => ({ name, data })));
}

/** Returns a copy of a model file with a changed config. */
export function withConfig(
  archive: Uint8Array<ArrayBuffer>,
  change: (text: string) => string,
): Promise<Uint8Array<ArrayBuffer>> {
  return withFiles(archive, (files) => {
    const text = new TextDecoder().decode(files.get(archiveNames.config));
    files.set(archiveNames.config, new TextEncoder().encode(change(text)));
  });
}
