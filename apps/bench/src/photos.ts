import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { encodeImage, hostArray } from '@manabi/data/images';
import { openTar } from '@manabi/files';

/** Number of photos that the benchmark reads in one run. */
export const photoCount = 512;

/** Folder of the photos, with one folder per class. Git ignores it. */
export const photoFolder = fileURLToPath(new URL('../.peers/photos', import.meta.url));

/** Archive of real photos, 160 pixels high or wide. */
const archive = join(
  process.env.MANABI_SHARED ?? fileURLToPath(new URL('../../../../shared', import.meta.url)),
  'data/flower_photos/flower_photos_160.tar',
);

const CLASSES = 4;

/**
 * Writes the photos to the folder if they are missing: photos of the archive, or, without it, artificial images of about the
 * same size in pixels and bytes.
 */
export async function writePhotos(): Promise<void> {
  if (existsSync(photoFolder)) return;
  const partial = `${photoFolder}.partial`;
  await rm(partial, { recursive: true, force: true });
  for (let i = 0; i < CLASSES; i++) await mkdir(join(partial, `class-${i}`), { recursive: true });
  let index = 0;
  for await (const bytes of existsSync(archive) ? realPhotos() : artificialPhotos()) {
    await writeFile(join(partial, `class-${index % CLASSES}`, `photo-${index}.jpg`), bytes);
    index++;
  }
  await rename(partial, photoFolder);
}

async function* realPhotos(): AsyncGenerator<Uint8Array> {
  const { files, close } = await openTar(archive);
  const photos = files.filter(({ path }) => path.endsWith('.jpg'));
  const step = Math.floor(photos.length / photoCount);
  for (let i = 0; i < photoCount; i++) yield await photos[i * step].read();
  await close();
}

async function* artificialPhotos(): AsyncGenerator<Uint8Array> {
  const [height, width] = [160, 240];
  for (let i = 0; i < photoCount; i++) {
    const pixels = Uint8Array.from({ length: height * width * 3 }, (_, at) => {
      const [x, y, channel] = [Math.floor(at / 3) % width, Math.floor(at / 3 / width), at % 3];
      const wave = Math.sin((x + i) / (7 + channel)) + Math.cos((y * (1 + (i % 5))) / 23) + Math.sin((x * y) / 900);
      return 128 + 30 * wave + ((at * 2654435761) >>> 28);
    });
    yield await encodeImage(hostArray('uint8', [height, width, 3], pixels), { format: 'jpeg', quality: 85 });
  }
}
