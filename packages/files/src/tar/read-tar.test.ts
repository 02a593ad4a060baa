import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { randomSource } from '@manabi/testing';
import { FileError } from '../file-error.ts';
import { readTar } from './read-tar.ts';

const goldens: Readonly<Record<string, { readonly file: string; readonly names: readonly string[] }>> = JSON.parse(
  readFileSync(new URL('./goldens/tar.json', import.meta.url), 'utf8'),
);
const bytesOf = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(Buffer.from(text, 'base64'));

/** Streams bytes in chunks of a length that does not divide blocks. */
const streamOf = (bytes: Uint8Array<ArrayBuffer>) =>
  new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      for (let at = 0; at < bytes.length; at += 333) controller.enqueue(bytes.slice(at, at + 333));
      controller.close();
    },
  });

async function contents(bytes: Uint8Array<ArrayBuffer>): Promise<[string, string][]> {
  const files: [string, string][] = [];
  for await (const entry of readTar(streamOf(bytes), 'x.tar'))
    files.push([entry.path, new TextDecoder().decode(await entry.bytes())]);
  return files;
}

describe('readTar', () => {
  test.each(Object.keys(goldens))('reads the files of an archive in the format %s', async (format) => {
    const { file, names } = goldens[format];
    const expected = ['hello', '', 'x'.repeat(600), 'y'.repeat(512)];
    expect(await contents(bytesOf(file))).toEqual(names.map((name, i) => [name, expected[i]]));
  });

  test('skips the content of files that are not read', async () => {
    const names: string[] = [];
    for await (const entry of readTar(streamOf(bytesOf(goldens.pax.file)), 'x.tar')) names.push(entry.path);
    expect(names).toEqual(goldens.pax.names);
  });

  test('reports a truncated archive', async () => {
    const bytes = bytesOf(goldens.ustar.file);
    await expect(contents(bytes.slice(0, 1200))).rejects.toMatchObject({ code: 'truncated' });
  });

  test('reports a file that is not a tar archive', async () => {
    await expect(contents(new TextEncoder().encode('x'.repeat(2000)))).rejects.toMatchObject({ code: 'corrupt' });
  });

  test('closes the stream when the reader stops', async () => {
    let isCancelled = false;
    const bytes = bytesOf(goldens.ustar.file);
    const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
      pull: (controller) => controller.enqueue(bytes.slice()),
      cancel: () => {
        isCancelled = true;
      },
    });
    for await (const _ of readTar(stream, 'x.tar')) break;
    expect(isCancelled).toBe(true);
  });

  test('rejects corrupt bytes with a FileError', async () => {
    const random = randomSource(7);
    for (let i = 0; i < 150; i++) {
      const bytes = bytesOf(Object.values(goldens)[i % 3].file).slice(0, 6000);
      for (let k = 0; k < 4; k++) bytes[random.integer(0, 2200)] = random.integer(0, 256);
      await contents(bytes).catch((error: unknown) => {
        if (!(error instanceof FileError)) throw error;
      });
    }
  });
});
