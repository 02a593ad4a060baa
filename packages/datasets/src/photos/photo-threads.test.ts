import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { decodeImage } from '@manabi/data/images';
import { describeWithShared, runInNode } from '@manabi/testing';
import { sourcesHash } from './codec.ts';
import { goldenPhotos } from './golden-photos.fixture.ts';
import { photoThreads } from './photo-threads.ts';

const form = { channels: 3, isUpright: true } as const;

/** Returns the file as threads decode it; null if they leave it to another decoder. */
async function decodedByThread(bytes: Uint8Array<ArrayBuffer>, isUpright = true): Promise<Uint8Array | null> {
  const threads = await photoThreads(1);
  const answer = await threads.run({ kind: 'pixels', photo: { bytes }, form: { ...form, isUpright } });
  if (answer === undefined) throw new Error('the thread stopped');
  return answer === null ? null : new Uint8Array(answer.data);
}

test('the module is that of the sources in assembly/', () => {
  const folder = join(import.meta.dirname, '../../assembly');
  const hash = createHash('sha256');
  for (const name of readdirSync(folder).sort())
    if (name.endsWith('.ts')) hash.update(readFileSync(join(folder, name)));
  expect(sourcesHash).toBe(hash.digest('hex'));
});

describe('photoThreads', () => {
  test.each(goldenPhotos)('decodes like Pillow, or leaves to others: $name', async ({ bytes, isFast, sha256 }) => {
    const pixels = await decodedByThread(bytes);
    expect(pixels !== null).toBe(isFast);
    if (pixels !== null) expect(createHash('sha256').update(pixels).digest('hex')).toBe(sha256);
  });

  test('decodes turned photos as they are stored if asked to', async () => {
    const turned = goldenPhotos.filter(({ name }) => name.startsWith('orientation'));
    expect(turned).toHaveLength(7);
    for (const { bytes, sha256 } of turned) {
      const pixels = await decodedByThread(bytes, false);
      expect(pixels && createHash('sha256').update(pixels).digest('hex')).toBe(sha256);
    }
  });

  test('leaves files with errors, and other files, to others', async () => {
    const { bytes } = goldenPhotos[0];
    const changed = (change: (copy: Uint8Array<ArrayBuffer>) => void) => {
      const copy = bytes.slice();
      change(copy);
      return copy;
    };
    const scan = bytes.lastIndexOf(0xda) + 10;
    const damaged = {
      empty: bytes.slice(0, 0),
      'cut off in the header': bytes.slice(0, 100),
      'cut off in the scan': bytes.slice(0, -20),
      'without its end': bytes.slice(0, -2),
      'with bytes behind the scan': Uint8Array.from([...bytes.slice(0, -2), 1, 2, 3, 0xff, 0xd9]),
      'with a wrong code': changed((copy) => copy.fill(0xfe, scan, scan + 12)),
      'without its first marker': changed((copy) => copy.fill(0, 0, 2)),
      text: new TextEncoder().encode('not an image at all, but long enough to be one'),
    };
    for (const [name, file] of Object.entries(damaged)) {
      expect([name, await decodedByThread(file)]).toEqual([name, null]);
    }
  });

  test('survives files with random errors, and agrees with decodeImage on those that it decodes', async () => {
    const runs = Math.round(Number(process.env.MANABI_FUZZ ?? 300) / 10);
    let seed = 1;
    const random = (below: number) => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      return Math.floor((seed / 2 ** 32) * below);
    };
    for (let i = 0; i < runs; i++) {
      for (const { bytes } of goldenPhotos) {
        const copy = bytes.slice();
        for (let k = random(4); k >= 0; k--) copy[random(copy.length)] = random(256);
        const pixels = await decodedByThread(copy);
        if (pixels !== null && i % 10 === 0) expect(Uint8Array.from((await decodeImage(copy)).data)).toEqual(pixels);
      }
    }
  });

  test('rejects a task as soon as its signal fires, and answers later ones', async () => {
    const threads = await photoThreads(1);
    const { bytes } = goldenPhotos[0];
    const controller = new AbortController();
    const tasks = Array.from({ length: 20 }, () =>
      threads.run({ kind: 'pixels', photo: { bytes }, form }, controller.signal),
    );
    controller.abort('enough');
    for (const task of tasks) await expect(task).rejects.toMatchObject({ code: 'aborted', cause: 'enough' });
    await expect(threads.run({ kind: 'pixels', photo: { bytes }, form }, controller.signal)).rejects.toMatchObject({
      code: 'aborted',
    });
    expect(await decodedByThread(bytes)).not.toBeNull();
  });

  test('lets the program end, and keeps memory flat', async () => {
    const { code, stdout, stderr } = await runInNode(new URL('./photos.child.ts', import.meta.url), { exposeGc: true });
    expect([code, stderr]).toEqual([0, '']);
    const { first, last } = JSON.parse(stdout);
    expect(last - first).toBeLessThan(8 * 2 ** 20);
  });
});

describeWithShared('photoThreads, with real photos,', 'data/jpeg-edge-cases', (folder) => {
  test('decodes as decodeImage', async () => {
    const names = readdirSync(folder).filter((name) => name.endsWith('.jpg'));
    const decoded = await Promise.all(
      names.map(async (name) => {
        const bytes = new Uint8Array(readFileSync(join(folder, name)));
        const pixels = await decodedByThread(bytes);
        return pixels === null ? null : Buffer.compare(pixels, Uint8Array.from((await decodeImage(bytes)).data));
      }),
    );
    expect(decoded.filter((difference) => difference !== null)).toEqual(new Array(7).fill(0));
  });
});
