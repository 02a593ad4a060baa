import { FileError } from '@manabi/files';
import type { ZipArchive } from '@manabi/files/internal';
import { type Folder, readFile } from '../saved-model/in-keras.ts';
import { archiveNames } from './archive-names.ts';

/**
 * Returns the files of a folder as an archive: Keras writes the content of a `.keras` file to Hugging Face as a folder.
 *
 * @throws FileError the codes of reading
 */
export async function unzipped(folder: Folder): Promise<ZipArchive> {
  const sizes = new Map<string, number>();
  for (const name of Object.values(archiveNames)) {
    try {
      const file = await folder.open(name);
      sizes.set(name, file.size);
      await file.close();
    } catch (error) {
      if (!(error instanceof FileError) || error.code !== 'notFound') throw error;
    }
  }
  const entries = [...sizes].map(
    ([name, size]) =>
      [name, { name, method: 'stored', size, compressedSize: size, crc32: 0, offset: 0 } as const] as const,
  );
  return {
    name: folder.name,
    entries: new Map(entries),
    read: ({ name }) => readFile(folder, name),
  };
}
