import 'fake-indexeddb/auto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { FileError } from '@manabi/files';
import {
  download,
  indexedDb,
  memoryStore,
  openSource,
  opfs,
  readSource,
  type Store,
  sourceName,
  writeTo,
} from './index.ts';
import { privateFileSystem } from './private-file-system.fixture.ts';

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const bytes = (content: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(content);
let folder = '';

/** Replaces a property of an object, such as `globalThis`. Returns a function that restores the old value. */
function pretend(object: object, name: string, value: unknown): () => void {
  const before = Object.getOwnPropertyDescriptor(object, name);
  Object.defineProperty(object, name, { value, configurable: true, writable: true });
  return () => {
    if (before === undefined) Reflect.deleteProperty(object, name);
    else Object.defineProperty(object, name, before);
  };
}

function usePrivateFileSystem(space?: number): ReturnType<typeof privateFileSystem> {
  const files = privateFileSystem(space);
  undo.push(pretend(globalThis, 'navigator', { storage: files }));
  return files;
}

const undo: (() => void)[] = [];
afterEach(() => {
  for (const restore of undo.splice(0).reverse()) restore();
});

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'manabi-stores-'));
});
afterAll(() => rm(folder, { recursive: true }));

const kinds: readonly (readonly [string, () => Store])[] = [
  ['memoryStore', () => memoryStore('model.keras')],
  ['indexedDb', () => indexedDb('app', 'model.keras')],
  [
    'opfs',
    () => {
      usePrivateFileSystem();
      return opfs('models/model.keras');
    },
  ],
];

describe.each(kinds)('%s', (_, make) => {
  test('is empty at first, returns the last file written, and is empty after remove', async () => {
    const store = make();
    await expect(store.read()).rejects.toMatchObject({ code: 'notFound' });
    await expect(store.size()).rejects.toMatchObject({ code: 'notFound' });
    await store.write('the first one');
    await store.write(new Blob(['second']).stream());
    expect(text(await store.read())).toBe('second');
    expect(await store.size()).toBe(6);
    expect(store.name).toMatch(/model\.keras$/);
    await store.remove();
    await store.remove();
    await expect(store.read()).rejects.toMatchObject({ code: 'notFound' });
  });

  test('reads ranges and rejects those outside the file', async () => {
    const store = make();
    await store.write(bytes('0123456789'));
    expect(text(await store.read({ range: { start: 3, end: 5 } }))).toBe('34');
    expect(text(await store.read({ range: { start: 10, end: 10 } }))).toBe('');
    await expect(store.read({ range: { start: 9, end: 11 } })).rejects.toMatchObject({ code: 'range' });
    await store.remove();
  });

  test('copies bytes out of shared memory', async () => {
    const store = make();
    const shared = new Uint8Array(new SharedArrayBuffer(3));
    shared.set([1, 2, 3]);
    await store.write(shared);
    shared.fill(9);
    expect([...(await store.read())]).toEqual([1, 2, 3]);
    await store.remove();
  });

  test('keeps the old file if the stream of new data fails or the write is aborted', async () => {
    const store = make();
    await store.write('old');
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield bytes('half');
      throw new RangeError('out of data');
    }
    await expect(store.write(failing())).rejects.toThrow(RangeError);
    const controller = new AbortController();
    async function* aborting(): AsyncGenerator<Uint8Array> {
      yield bytes('half');
      controller.abort();
    }
    await expect(store.write(aborting(), { signal: controller.signal })).rejects.toMatchObject({ code: 'aborted' });
    expect(text(await store.read())).toBe('old');
    await store.remove();
  });
});

describe('opfs', () => {
  test('throws noSpace if the storage is full, keeps an existing file, and leaves no empty file', async () => {
    const { root } = usePrivateFileSystem(10);
    await opfs('old.bin').write('old');
    for (const name of ['old.bin', 'new.bin']) {
      await expect(opfs(name).write('more than ten bytes')).rejects.toMatchObject({ code: 'noSpace' });
    }
    expect(text(await opfs('old.bin').read())).toBe('old');
    expect([...root.files.keys()]).toEqual(['old.bin']);
  });

  test('rejects environments without OPFS, and paths with the parts . and ..', async () => {
    undo.push(pretend(globalThis, 'navigator', {}));
    await expect(opfs('model.keras').read()).rejects.toMatchObject({ code: 'unsupported' });
    for (const path of ['', '../model.keras', 'a/./b']) expect(() => opfs(path)).toThrow(FileError);
  });
});

describe('indexedDb', () => {
  test('stores several files in one database', async () => {
    await indexedDb('app', 'a').write('first');
    await indexedDb('app', 'b').write('second');
    expect(text(await indexedDb('app', 'a').read())).toBe('first');
  });

  test('rejects environments without IndexedDB', async () => {
    undo.push(pretend(globalThis, 'indexedDB', undefined));
    await expect(indexedDb('app', 'model').read()).rejects.toMatchObject({ code: 'unsupported' });
  });
});

describe('download', () => {
  test('saves the bytes by clicking a link that names the file', async () => {
    const clicked: { href: string; download: string }[] = [];
    const createElement = () => {
      const link = { href: '', download: '', click: () => clicked.push(link) };
      return link;
    };
    undo.push(
      pretend(globalThis, 'document', { createElement }),
      pretend(globalThis, 'setTimeout', () => 0),
    );
    await download('model.keras').write('content');
    expect(clicked).toMatchObject([{ download: 'model.keras' }]);
    expect(text(await readSource(clicked[0].href))).toBe('content');
  });

  test('rejects environments other than pages', async () => {
    await expect(download('model.keras').write('content')).rejects.toMatchObject({ code: 'unsupported' });
  });
});

describe('sources and destinations', () => {
  test('writeTo replaces the file at a path and leaves no other file', async () => {
    const path = join(folder, 'model.bin');
    await writeFile(path, 'old');
    await writeTo(path, 'new');
    expect(await readFile(path, 'utf8')).toBe('new');
    expect(await readdir(folder)).toEqual(['model.bin']);
  });

  test.each([
    ['a path', () => join(folder, 'read.bin')],
    ['bytes', () => bytes('0123456789')],
    ['a buffer', () => bytes('0123456789').buffer],
    ['a blob', () => new Blob(['0123456789'])],
    ['a store', () => store],
  ])('readSource reads all bytes of %s, and openSource parts of them', async (_, source) => {
    await writeFile(join(folder, 'read.bin'), '0123456789');
    await store.write('0123456789');
    expect(text(await readSource(source()))).toBe('0123456789');
    const opened = await openSource(source());
    expect(opened.size).toBe(10);
    expect(text(await opened.read(2, 4))).toBe('23');
    await expect(opened.read(9, 11)).rejects.toMatchObject({ code: 'range' });
    await opened.close();
    await expect(readSource(source(), { maxBytes: 9 })).rejects.toMatchObject({ code: 'tooLarge' });
  });
  const store = memoryStore('read.bin');

  test('sourceName returns the name of a source for error messages', () => {
    expect(sourceName(bytes('abc'))).toBe('3 bytes');
    expect(sourceName(indexedDb('app', 'model.keras'))).toBe('indexeddb:app/model.keras');
    expect(sourceName(new URL('https://example.org/model.keras'))).toBe('https://example.org/model.keras');
  });

  test('writeTo rejects a path in a page with code unsupported', async () => {
    undo.push(pretend(globalThis, 'process', { ...process, versions: {} }));
    await expect(writeTo('model.keras', 'content')).rejects.toMatchObject({ code: 'unsupported' });
  });

  test('readSource and writeTo reject values that are not sources or destinations', async () => {
    const invalid: unknown = 42;
    // Plain JavaScript may pass anything.
    await expect(readSource(invalid as Blob)).rejects.toMatchObject({ code: 'argument' });
    await expect(writeTo(invalid as string, '')).rejects.toMatchObject({ code: 'argument' });
  });
});
