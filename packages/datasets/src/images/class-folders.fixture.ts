import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { encodeImage } from '@manabi/data/images';
import { hostArray } from '@manabi/ir';

/** Names of the classes of the folder of the goldens, in Keras's order. */
const CLASSES = ['10', '2', 'B', 'a'];

/** Returns the paths and files of the folder for which `tooling/goldens/images` computes the goldens. */
export async function goldenFiles(): Promise<
  readonly { readonly path: string; readonly bytes: Uint8Array<ArrayBuffer> }[]
> {
  const files: { path: string; bytes: Uint8Array<ArrayBuffer> }[] = [];
  for (const [label, name] of CLASSES.entries()) {
    for (let i = 0; i < 4 + label; i++) {
      const path = `${name}/${i === 2 ? 'nested/' : ''}image${i}.png`;
      files.push({ path, bytes: await encodeImage(numberedImage(files.length)) });
    }
  }
  files.push({ path: '2/notes.txt', bytes: new TextEncoder().encode('no image') });
  return files;
}

function numberedImage(number: number) {
  const [height, width] = [5 + (number % 3), 6 + (number % 4)];
  const pixels = Uint8Array.from({ length: height * width * 3 }, (_, at) => {
    const [y, x, c] = [Math.floor(at / (3 * width)), Math.floor(at / 3) % width, at % 3];
    return (number * 31 + y * 17 + x * 5 + c * 71) % 256;
  });
  return hostArray('uint8', [height, width, 3], pixels);
}

/** Writes the files of `goldenFiles`, and an empty hidden folder, to a folder. */
export async function writeGoldenFolder(folder: string): Promise<void> {
  for (const { path, bytes } of await goldenFiles()) {
    await mkdir(join(folder, dirname(path)), { recursive: true });
    await writeFile(join(folder, path), bytes);
  }
  await mkdir(join(folder, '.hidden'));
}
