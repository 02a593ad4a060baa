import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { randomSource } from '@manabi/testing';
import { compress, decompress, decompressStream, FileError, isGzip, openStream } from './index.ts';
import { breakOff, patternBytes, startServer } from './server.fixture.ts';

const bytes = patternBytes(60_000);

describe('compress and decompress', () => {
  test.each(['gzip', 'deflate', 'deflate-raw'] as const)('%s restores the original bytes', async (format) => {
    const packed = await compress(bytes, format);
    expect(packed.length).toBeLessThan(bytes.length);
    expect(Buffer.compare(await decompress(packed, { format, expectedBytes: bytes.length }), bytes)).toBe(0);
    expect(isGzip(packed)).toBe(format === 'gzip');
  });

  test('restore an empty byte array', async () => {
    expect(await decompress(await compress(new Uint8Array()))).toEqual(new Uint8Array());
  });
});

describe('decompress: damaged input', () => {
  const packed = new Uint8Array(gzipSync(bytes));

  test.each([0, 5, 10, packed.length >> 1, packed.length - 8, packed.length - 1])(
    'rejects input that was cut after %p bytes, with code truncated',
    async (length) => {
      const options = { name: 'images.gz' };
      await expect(decompress(packed.slice(0, length), options)).rejects.toMatchObject({
        code: 'truncated',
        data: { source: 'images.gz', format: 'gzip' },
      });
    },
  );

  test.each([
    ['data other than gzip', bytes],
    ['a wrong checksum', packed.map((byte, i) => (i === packed.length - 6 ? byte ^ 1 : byte))],
    ['a wrong length', packed.map((byte, i) => (i === packed.length - 1 ? byte ^ 1 : byte))],
    ['bytes after the end', Uint8Array.of(...packed, 1, 2, 3)],
  ])('rejects %s, with code corrupt', async (_, input) => {
    await expect(decompress(input)).rejects.toMatchObject({ code: 'corrupt' });
  });

  test('returns the original bytes or rejects with a FileError if any single bit of the input is flipped', async () => {
    const random = randomSource(7);
    const small = await compress(patternBytes(2000));
    for (let trial = 0; trial < 200; trial++) {
      const position = Math.floor(random.next() * small.length);
      const flipped = small.map((byte, i) => (i === position ? byte ^ (1 << (trial & 7)) : byte));
      const outcome = await decompress(flipped, { maxBytes: 10_000 }).catch((error: unknown) => error);
      expect(outcome instanceof FileError || Buffer.compare(outcome as Uint8Array, patternBytes(2000)) === 0).toBe(
        true,
      );
    }
  });
});

describe('decompress: limits', () => {
  test('rejects small input that decompresses to more than maxBytes', async () => {
    const bomb = new Uint8Array(gzipSync(new Uint8Array(50_000_000)));
    await expect(decompress(bomb, { maxBytes: 1_000_000 })).rejects.toMatchObject({
      code: 'tooLarge',
      data: { maxBytes: 1_000_000 },
    });
  });

  test('rejects with code aborted if the signal is aborted', async () => {
    const signal = AbortSignal.abort();
    await expect(decompress(await compress(bytes), { signal })).rejects.toMatchObject({ code: 'aborted' });
  });
});

test('decompressStream reports a broken connection as a network error, not as a damaged file', async () => {
  const packed = new Uint8Array(gzipSync(bytes));
  const server = await startServer((_, response) => breakOff(response, packed, packed.length >> 1));
  try {
    const reader = decompressStream(await openStream(server.base)).getReader();
    const readAll = async () => {
      while (!(await reader.read()).done);
    };
    await expect(readAll()).rejects.toMatchObject({ code: 'network' });
  } finally {
    await server.close();
  }
});
