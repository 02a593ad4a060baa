import { describe, expect, test } from '@jest/globals';
import * as files from './index.ts';
import { temporaryFolder } from './temporary-folder.fixture.ts';

// TypeScript rejects all calls in this file. Calls from plain JavaScript must fail with an error about the argument,
// and must not write a file named [object Object], for example.

async function errorOf(call: unknown, args: readonly unknown[]): Promise<unknown> {
  if (typeof call !== 'function') throw new TypeError('The function to call is missing.');
  try {
    const result: unknown = await Reflect.apply(call, null, args);
    // A generator function throws only when the first item is requested from its result.
    if (typeof result === 'object' && result !== null && 'next' in result && typeof result.next === 'function') {
      await result.next();
    }
  } catch (error) {
    return error;
  }
  return null;
}

const path = 'nowhere/file.bin';
const bytes = Uint8Array.of(1, 2, 3);
const stream = () => new Blob([bytes]).stream();
const content = { file: () => 'a', part: null, extension: 'data', partsOf: async () => null };

describe('calls from plain JavaScript', () => {
  test.each<[string, string, unknown, readonly unknown[]]>([
    ['openStream', 'source', files.openStream, [{}]],
    ['openStream', 'range', files.openStream, [path, { range: 3 }]],
    ['readBytes', 'source', files.readBytes, [null]],
    ['readBytes', 'options', files.readBytes, [path, null]],
    ['readBytes', 'maxBytse', files.readBytes, [path, { maxBytse: 3 }]],
    ['readBytes', 'maxBytes', files.readBytes, [path, { maxBytes: 'a' }]],
    ['readBytes', 'maxBytes', files.readBytes, [path, { maxBytes: Number.NaN }]],
    ['readBytes', 'signal', files.readBytes, [path, { signal: {} }]],
    ['readBytes', 'allow', files.readBytes, [path, { allow: 'file' }]],
    ['readBytes', 'allow[0]', files.readBytes, [path, { allow: ['fil'] }]],
    ['readBytes', 'within', files.readBytes, [path, { within: 3 }]],
    ['readBytes', 'timeout', files.readBytes, [path, { timeout: 2 ** 31 }]],
    ['readBytes', 'retries', files.readBytes, [path, { retries: -1 }]],
    ['readBytes', 'headers.accept', files.readBytes, [path, { headers: { accept: 1 } }]],
    ['readBytes', 'sha256', files.readBytes, [path, { sha256: 'abc' }]],
    ['readText', 'onProgress', files.readText, [path, { onProgress: true }]],
    ['fileSize', 'range', files.fileSize, [path, { range: {} }]],
    ['openRandomAccess', 'parts', files.openRandomAccess, [path, { parts: 'yes' }]],
    ['cachedDownload', 'cacheDirectory', files.cachedDownload, [path, { cacheDirectory: ['a'] }]],
    ['nameOf', 'source', files.nameOf, [Symbol('path')]],
    ['listFolder', 'path', files.listFolder, [3]],
    ['makeFolder', 'path', files.makeFolder, [{}]],
    ['removeFile', 'path', files.removeFile, [['a']]],
    ['chunksOf', 'stream', files.chunksOf, ['a']],
    ['collectBytes', 'stream', files.collectBytes, [bytes]],
    ['collectBytes', 'expectedBytes', files.collectBytes, [stream(), { expectedBytes: 0.5 }]],
    ['isGzip', 'bytes', files.isGzip, ['a']],
    ['compress', 'bytes', files.compress, [[1]]],
    ['compress', 'format', files.compress, [bytes, 'brotli']],
    ['decompress', 'format', files.decompress, [bytes, { format: Symbol('gzip') }]],
    ['decompressStream', 'maxBytes', files.decompressStream, [stream(), { maxBytes: -1 }]],
    ['crc32', 'bytes', files.crc32, [new Float32Array(1)]],
    ['crc32', 'previous', files.crc32, [bytes, -1]],
    ['sha256', 'bytes', files.sha256, ['a']],
    ['verifyChecksum', 'expected', files.verifyChecksum, [bytes, 3, 'a']],
    ['writeFileAtomic', 'path', files.writeFileAtomic, [{}, 'a']],
    ['writeFileAtomic', 'data', files.writeFileAtomic, [path, 3]],
    ['writeFileAtomic', 'data', files.writeFileAtomic, [path, new Float32Array(1)]],
    ['writeFileAtomic', 'sginal', files.writeFileAtomic, [path, 'a', { sginal: null }]],
    ['writeWithPart', 'extension', files.writeWithPart, [path, { ...content, extension: '' }]],
    ['writeWithPart', 'partsOf', files.writeWithPart, [path, { ...content, partsOf: null }]],
  ])('%s rejects an invalid %s', async (op, name, call, args) => {
    expect(await errorOf(call, args)).toMatchObject({ name: 'ManabiError', code: 'argument', op, data: { name } });
  });

  test('writeFileAtomic rejects an iterable that yields values other than bytes, and leaves no file', async () => {
    const { inFolder, remove } = temporaryFolder();
    try {
      const given = [inFolder('pieces.bin'), [bytes, 3]];
      expect(await errorOf(files.writeFileAtomic, given)).toMatchObject({ code: 'argument', data: { name: 'data' } });
      expect(await files.listFolder(inFolder())).toEqual([]);
    } finally {
      remove();
    }
  });
});
