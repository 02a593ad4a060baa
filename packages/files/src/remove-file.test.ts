import { existsSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, test } from '@jest/globals';
import { removeFile } from './remove-file.ts';
import { temporaryFolder } from './temporary-folder.fixture.ts';

describe('removeFile', () => {
  const { inFolder, remove } = temporaryFolder();
  afterAll(remove);

  test('a file is gone, whether it is named by a path or a URL', async () => {
    for (const place of [(path: string) => path, pathToFileURL, (path: string) => pathToFileURL(path).href]) {
      const path = inFolder('old.bin');
      writeFileSync(path, 'x');
      await removeFile(place(path));
      expect(existsSync(path)).toBe(false);
    }
  });

  test('a file that does not exist is no error, a folder is', async () => {
    await removeFile(inFolder('none'));
    await expect(removeFile(inFolder())).rejects.toMatchObject({ name: 'FileError' });
  });
});
