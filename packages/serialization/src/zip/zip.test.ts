import { describe, expect, test } from '@jest/globals';
import { joinedBytes, openZip, type ZipInput, zipPieces } from '@manabi/files/internal';
import { deflateSync } from 'fflate';
import { fuzz } from '../fuzz.fixture.ts';
import { fromBase64, goldens } from '../goldens.fixture.ts';
import { openSource } from '../stores/index.ts';

const files = goldens<Record<'stored' | 'deflated' | 'bzip2' | 'streamed' | 'zip64', string>>('zip');
const bytes = (content: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(content);
const lines = 'the same line\n'.repeat(40);

async function zipped(inputs: readonly ZipInput[]): Promise<Uint8Array<ArrayBuffer>> {
  const pieces: Uint8Array[] = [];
  for await (const piece of zipPieces(inputs)) pieces.push(piece);
  return joinedBytes(pieces);
}

async function unzipped(archive: Uint8Array<ArrayBuffer>, limits = {}): Promise<Record<string, string>> {
  const zip = await openZip(await openSource(archive), limits);
  const entries = await Promise.all(
    [...zip.entries.values()].map(
      async (entry) => [entry.name, new TextDecoder().decode(await zip.read(entry))] as const,
    ),
  );
  return Object.fromEntries(entries);
}

/**
 * Returns a copy of an archive in which a 16- or 32-bit number was written at an offset from each occurrence of a
 * signature.
 */
function patched(archive: Uint8Array<ArrayBuffer>, signature: number, at: number, value: number, bits: 16 | 32 = 32) {
  const copy = archive.slice();
  const view = new DataView(copy.buffer);
  for (let i = 0; i + 4 <= copy.length; i++) {
    if (view.getUint32(i, true) !== signature) continue;
    if (bits === 16) view.setUint16(i + at, value, true);
    else view.setUint32(i + at, value, true);
  }
  return copy;
}

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;

describe('openZip: archives written by Python', () => {
  test.each(['stored', 'deflated'] as const)(
    'reads the %s files of an archive and ignores its folders',
    async (kind) => {
      expect(await unzipped(fromBase64(files[kind]))).toEqual({
        'folder/lines.txt': lines,
        '学び.txt': 'manabi',
        empty: '',
      });
    },
  );

  test.each(['streamed', 'zip64'] as const)('reads an archive in the format %s', async (kind) => {
    expect(await unzipped(fromBase64(files[kind]))).toEqual({ 'folder/lines.txt': lines });
  });

  test('rejects compression methods other than deflate', async () => {
    const reading = unzipped(fromBase64(files.bzip2));
    await expect(reading).rejects.toMatchObject({ code: 'unsupported', data: { method: 12 } });
  });
});

describe('zipPieces', () => {
  test('writes stored and deflated files, given as one or several byte arrays', async () => {
    const archive = await zipped([
      { name: 'a/b.txt', data: bytes('stored') },
      { name: '学び', data: [bytes('in '), bytes('pieces')], deflate: true },
      { name: 'empty', data: [] },
    ]);
    expect(await unzipped(archive)).toEqual({ 'a/b.txt': 'stored', 学び: 'in pieces', empty: '' });
  });

  test('`read` does not decompress a file that starts otherwise than its reader accepts', async () => {
    // Bytes that cannot be compressed are stored in blocks of up to 65,535 bytes.
    const data = Uint8Array.from({ length: 200_000 }, (_, i) => (Math.sin(i) * 1e6) & 255);
    for (const content of [data, data.subarray(0, 8), bytes(lines)]) {
      const zip = await openZip(await openSource(await zipped([{ name: 'a', data: content, deflate: true }])));
      for (const entry of zip.entries.values()) {
        expect([...(await zip.read(entry, (start) => start[7] === content[7]))]).toEqual([...content]);
        await expect(zip.read(entry, () => false)).rejects.toMatchObject({ code: 'corrupt', data: { entry: 'a' } });
      }
    }
  });

  test('writes the same bytes for the same files', async () => {
    const inputs = [{ name: 'a', data: bytes(lines), deflate: true }];
    expect(await zipped(inputs)).toEqual(await zipped(inputs));
  });

  test('uses ZIP64 for more than 65,535 files', async () => {
    const archive = await zipped(Array.from({ length: 70_000 }, (_, i) => ({ name: `f${i}`, data: [] })));
    await expect(openZip(await openSource(archive))).rejects.toMatchObject({ code: 'tooLarge' });
    const zip = await openZip(await openSource(archive), { maxEntries: 70_000 });
    expect(zip.entries.size).toBe(70_000);
  });
});

describe('openZip: hostile archives', () => {
  test.each(['../up', 'a/../../up', '/root', 'a//b', './a', 'C:/a', 'a\\b', 'a\nb', ''])(
    'rejects a file named %p',
    async (name) => {
      const archive = await zipped([{ name, data: bytes('x') }]);
      await expect(unzipped(archive)).rejects.toMatchObject({ code: 'corrupt', data: { entry: name } });
    },
  );

  test('rejects duplicate names', async () => {
    const archive = await zipped(['x', 'y'].map((content) => ({ name: 'a', data: bytes(content) })));
    await expect(unzipped(archive)).rejects.toMatchObject({ code: 'corrupt', data: { entry: 'a' } });
  });

  test('rejects overlapping files', async () => {
    const archive = await zipped(['a', 'b'].map((name) => ({ name, data: bytes('content') })));
    await expect(unzipped(patched(archive, CENTRAL, 42, 0))).rejects.toMatchObject({ code: 'corrupt' });
  });

  test('rejects an archive beyond maxInflatedBytes before decompression', async () => {
    const archive = await zipped([{ name: 'a', data: new Uint8Array(1_000_000), deflate: true }]);
    expect(archive.length).toBeLessThan(2000);
    await expect(unzipped(archive, { maxInflatedBytes: 999_999 })).rejects.toMatchObject({ code: 'tooLarge' });
  });

  test('rejects a decompressed size that is impossible, before allocating memory', async () => {
    const archive = await zipped([{ name: 'a', data: bytes(lines), deflate: true }]);
    await expect(unzipped(patched(archive, CENTRAL, 24, 0x7fffffff))).rejects.toMatchObject({ code: 'corrupt' });
  });

  test('rejects a file that expands to another size than the directory states', async () => {
    const archive = await zipped([{ name: 'a', data: new Uint8Array(100_000), deflate: true }]);
    for (const size of [99_999, 100_001]) {
      await expect(unzipped(patched(archive, CENTRAL, 24, size))).rejects.toMatchObject({ code: 'corrupt' });
    }
  });

  test('rejects truncated and invalid deflate data', async () => {
    const whole = deflateSync(bytes(lines));
    for (const data of [whole.subarray(0, 10), bytes('\x07 no deflate')]) {
      const archive = await zipped([{ name: 'a', data }]);
      const disguised = patched(patched(archive, CENTRAL, 10, 8, 16), CENTRAL, 24, 560);
      await expect(unzipped(disguised)).rejects.toMatchObject({ code: 'corrupt', data: { entry: 'a' } });
    }
  });

  test.each([
    ['checksum', (archive: Uint8Array<ArrayBuffer>) => patched(archive, CENTRAL, 16, 1), 'corrupt'],
    ['local header', (archive: Uint8Array<ArrayBuffer>) => patched(archive, LOCAL, 0, 1), 'corrupt'],
    ['encryption flag', (archive: Uint8Array<ArrayBuffer>) => patched(archive, CENTRAL, 8, 1, 16), 'unsupported'],
    ['disk number', (archive: Uint8Array<ArrayBuffer>) => patched(archive, END, 4, 1, 16), 'unsupported'],
    ['entry count', (archive: Uint8Array<ArrayBuffer>) => patched(archive, END, 10, 2, 16), 'corrupt'],
    ['length, with one byte missing', (archive: Uint8Array<ArrayBuffer>) => archive.subarray(0, -1), 'corrupt'],
    ['length, with no bytes at all', () => new Uint8Array(0), 'corrupt'],
  ])('rejects an archive with a wrong %s', async (_, change, code) => {
    const archive = await zipped([{ name: 'a', data: bytes('content') }]);
    await expect(unzipped(change(archive))).rejects.toMatchObject({ code });
  });

  test('reads or rejects corrupted archives with bounded memory', async () => {
    const inputs = [...Object.values(files).map(fromBase64), await zipped([{ name: 'a', data: bytes(lines) }])];
    const report = await fuzz(inputs, (input) => unzipped(input, { maxInflatedBytes: 2 ** 24 }));
    expect(report.read).toBeGreaterThan(0);
    expect(report.refused.corrupt).toBeGreaterThan(0);
    expect(report.bytes).toBeLessThan(2 ** 28);
  });
});
