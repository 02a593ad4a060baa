import { existsSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, test } from '@jest/globals';
import { removeFile } from './remove-file.ts';
import { temporaryFolder } from './temporary-folder.fixture.ts';

describe('removeFile', () => {
  const { inFolder, remove } = temporaryFolder();
  afterAll(remove);

  test('removes a file given by a path or a URL', async () => {
    for (const locate of [(path: string) => path, pathToFileURL, (path: string) => pathToFileURL(path).href]) {
      const path = inFolder('old.bin');
      writeFileSync(path, 'x');
      await removeFile(locate(path));
      expect(existsSync(path)).toBe(false);
    }
  });

  test('ignores missing files and rejects folders', async () => {
    await removeFile(inFolder('missing'));
    await expect(removeFile(inFolder())).rejects.toMatchObject({ name: 'FileError' });
  });
});
