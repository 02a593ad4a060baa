import { mkdir, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openRandomAccess, writeFileAtomic } from './index.ts';
import { patternBytes, serveBytes, startServer, type TestServer } from './server.fixture.ts';
import { temporaryFolder } from './temporary-folder.fixture.ts';

const { inFolder, remove } = temporaryFolder();
const bytes = patternBytes(100_000);
let server: TestServer;

beforeAll(async () => {
  await writeFile(inFolder('pattern.bin'), bytes);
  await mkdir(inFolder('folder'));
  server = await startServer((request, response) => serveBytes(request, response, bytes));
});

afterAll(async () => {
  remove();
  await server.close();
});

describe('openRandomAccess', () => {
  test.each([
    ['a path', () => inFolder('pattern.bin')],
    ['a URL', () => `${server.base}/pattern.bin`],
    ['a blob', () => new Blob([bytes])],
  ])('reads parts of %s in any order', async (_, source) => {
    const file = await openRandomAccess(source());
    expect(file.size).toBe(100_000);
    for (const [start, end] of [
      [99_990, 100_000],
      [0, 8],
      [5, 5],
    ]) {
      expect(Buffer.compare(await file.read(start, end), bytes.subarray(start, end))).toBe(0);
    }
    await expect(file.read(99_999, 100_001)).rejects.toMatchObject({ code: 'range' });
    await file.close();
  });

  test('reads the file that was opened even after another file has replaced it', async () => {
    const path = inFolder('replaced.bin');
    await writeFile(path, 'old');
    const file = await openRandomAccess(path);
    await writeFileAtomic(path, 'new');
    expect(new TextDecoder().decode(await file.read(0, 3))).toBe('old');
    await file.close();
  });

  test('rejects folders, and files that do not exist', async () => {
    await expect(openRandomAccess(inFolder('absent'))).rejects.toMatchObject({ code: 'notFound' });
    await expect(openRandomAccess(inFolder('folder'))).rejects.toMatchObject({ code: 'notAFile' });
  });
});
