import { inflateSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { hostArray } from '@manabi/core';
import { FileError } from '@manabi/files';
import { fuzz, fuzzCount } from '../fuzz.fixture.ts';
import { fromBase64, goldens } from '../goldens.fixture.ts';
import { hdf5Bytes, openBytes } from './hdf5.fixture.ts';
import type { Hdf5Group } from './open.ts';
import { groupAt, newGroup } from './tree.ts';
import { ByteSink } from './write/byte-sink.ts';
import { groupMessages, linkMessage, objectHeader } from './write/messages.ts';

const inflated = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(inflateSync(fromBase64(text)));
const { cases } = goldens<{ readonly cases: readonly { readonly file: string }[] }>('hdf5-structures');
const { files } = goldens<{ readonly files: Readonly<Record<string, string>> }>('hdf5');

/** Largest number of groups opened per file, because links may form cycles. */
const MOST_GROUPS = 60;

/**
 * Reads all groups and datasets of a file, and those attributes whose names occur in the golden files. Continues after
 * a FileError, and finally throws the first one.
 */
async function readAll(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  let groups = 0;
  let firstError: unknown;
  const attempt = async (read: () => Promise<unknown>): Promise<void> => {
    try {
      await read();
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      firstError ??= error;
    }
  };
  const visit = async (group: Hdf5Group): Promise<void> => {
    groups++;
    for (const name of ['text', 'texts', 'number 3', 'long', 'wide', 'of a named type', 'variable', 'spaces']) {
      await attempt(() => group.attribute(name));
    }
    for (const name of group.names.slice(0, 50)) {
      await attempt(async () => {
        const node = await group.get(name);
        if (node?.kind === 'dataset') await node.read();
        if (node?.kind === 'group' && groups < MOST_GROUPS) await visit(node);
      });
    }
  };
  await visit(await openBytes(bytes));
  if (firstError !== undefined) throw firstError;
}

/** Reads a file repeatedly, each time replacing the checksum that was reported as wrong by the correct one. */
async function readWithFixedChecksums(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let round = 0; ; round++) {
    try {
      return await readAll(bytes);
    } catch (error) {
      const { offset, checksum } = error instanceof FileError ? error.data : {};
      if (typeof offset !== 'number' || typeof checksum !== 'number' || round === 20) throw error;
      view.setUint32(offset, checksum, true);
    }
  }
}

describe('openHdf5: corrupted files', () => {
  const originals = [...cases.map(({ file }) => inflated(file)), ...Object.values(files).map(inflated)];

  test(`reads or rejects ${fuzzCount} files with bounded memory, even if their checksums are corrected`, async () => {
    let number = 0;
    const report = await fuzz(originals, (bytes) =>
      number++ % 4 === 0 ? readAll(bytes) : readWithFixedChecksums(bytes),
    );
    const { read, refused, bytes } = report;
    expect(read + Object.values(refused).reduce((sum, count) => sum + count, 0)).toBe(fuzzCount);
    expect(Object.keys(refused)).toContain('corrupt');
    expect(bytes).toBeLessThan(1 << 30);
  }, 3_600_000);
});

/** Returns a file with many object headers that all extend to the last one, so their total size grows quadratically. */
function overlapping(count: number): Uint8Array<ArrayBuffer> {
  // Each header starts with a message of 56 bytes that belongs to the headers before it.
  const sink = new ByteSink();
  for (let i = 0; i < count; i++)
    sink
      .u8(1, 0)
      .u16(56)
      .u32(1, 64 * (count - i) - 16, 0)
      .bytes(new Uint8Array(48));
  const headers = sink.result();
  const start = 48;
  const links = Array.from({ length: count }, (_, i) => linkMessage(String(i), start + 64 * i));
  const root = objectHeader([...groupMessages, ...links]);
  return withSuperblock([headers, root], start + headers.length);
}

function withSuperblock(pieces: readonly Uint8Array[], root: number): Uint8Array<ArrayBuffer> {
  const empty = hdf5Bytes(newGroup());
  const sink = new ByteSink().bytes(empty.subarray(0, 48));
  for (const piece of pieces) sink.bytes(piece);
  const bytes = sink.result().slice();
  const view = new DataView(bytes.buffer);
  view.setBigUint64(28, BigInt(bytes.length), true);
  view.setBigUint64(36, BigInt(root), true);
  return bytes;
}

describe('openHdf5: hostile files', () => {
  test('rejects overlapping headers that would take too long to parse', async () => {
    const bytes = overlapping(20_000);
    await expect(readGroupsWithFixedChecksums(bytes)).rejects.toMatchObject({ code: 'tooLarge' });
  });

  test('rejects repeated reads of a dataset once their total exceeds the limit for the file size', async () => {
    const root = newGroup();
    const value = hostArray('uint8', [1_000_000], new Uint8Array(1_000_000));
    groupAt(root, ['a']).children.set('0', { kind: 'dataset', value, attributes: new Map() });
    const node = await (await openBytes(hdf5Bytes(root))).get('a');
    const dataset = node?.kind === 'group' ? await node.get('0') : undefined;
    if (dataset?.kind !== 'dataset') throw new Error('The dataset is missing.');
    const readOften = async (): Promise<void> => {
      for (let i = 0; i < 100; i++) await dataset.read();
    };
    await expect(readOften()).rejects.toMatchObject({ code: 'tooLarge' });
  });
});

async function readGroupsWithFixedChecksums(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  const view = new DataView(bytes.buffer);
  const open = async (): Promise<Hdf5Group> => {
    try {
      return await openBytes(bytes);
    } catch (error) {
      const { offset, checksum } = error instanceof FileError ? error.data : {};
      if (typeof offset !== 'number' || typeof checksum !== 'number') throw error;
      view.setUint32(offset, checksum, true);
      return openBytes(bytes);
    }
  };
  const root = await open();
  for (const name of root.names) await root.get(name);
}
