// Iterates over a folder of photos many times, and prints the memory after the first iterations and at the end. Then it waits for
// nothing while a thread works, and must end.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { imageFolder } from '../index.ts';
import { goldenPhotos } from './golden-photos.fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'manabi-photos-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const photos = goldenPhotos.filter(({ isFast }) => isFast);
for (let i = 0; i < 40; i++) writeFileSync(join(folder, `${i}.jpg`), photos[i % photos.length].bytes);

const dataset = await imageFolder(folder, { labels: null, imageSize: 64, batchSize: 8, threads: 2 });
const iterate = async (epochs: number): Promise<number> => {
  for (let epoch = 0; epoch < epochs; epoch++) for await (const _ of dataset);
  globalThis.gc?.();
  await new Promise((resolve) => setTimeout(resolve, 50));
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
};
const first = await iterate(10);
const last = await iterate(60);
console.log(JSON.stringify({ first, last }));

// An iteration that is stopped early leaves work to the threads.
for await (const _ of dataset) break;
