// Functions run in a page or in a worker, where the exports are available as the global `images`.
import { decodeImage, encodeImage, fromPixels, hostArray, type ImageChannels, toPixels } from '@manabi/data/images';
import { imageFolder } from '@manabi/datasets';
import { ImageDataGenerator } from '@manabi/datasets/generator';

/** An array that `evaluate` can return. */
interface Plain {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

const plain = ({ shape, data }: { readonly shape: readonly number[]; readonly data: ArrayLike<number> }): Plain => ({
  shape: [...shape],
  data: Array.from(data),
});

/** An image file, and how to decode it. */
export interface DecodeRequest {
  readonly base64: string;
  readonly channels: ImageChannels;
  readonly exifOrientation: boolean;
}

/** Decodes a file in this thread. Returns the code of the error if it fails. */
export async function decode({ base64, ...options }: DecodeRequest): Promise<Plain | string> {
  const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
  return await decodeImage(bytes, options).then(plain, ({ code }: { code: string }) => code);
}

/** Decodes a file in a worker. */
export async function decodeInWorker(request: DecodeRequest): Promise<Plain | string> {
  const script = `importScripts('${location.origin}/page.js');
    onmessage = async ({ data }) => postMessage(await images.decode(data));`;
  const worker = new Worker(URL.createObjectURL(new Blob([script])));
  return (await new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = ({ message }) => reject(new Error(message));
    worker.postMessage(request);
  }).finally(() => worker.terminate())) as Plain | string;
}

/** Encodes an image in each format and decodes it again. Returns the largest difference by format. */
export async function throughFormats(): Promise<Record<string, number>> {
  const data = Uint8Array.from({ length: 16 * 24 * 3 }, (_, i) => 40 + 4 * (Math.floor(i / 3) % 24) + 10 * (i % 3));
  const image = hostArray('uint8', [16, 24, 3], data);
  const differences: Record<string, number> = {};
  for (const format of ['png', 'jpeg', 'webp'] as const) {
    const decoded = await decodeImage(await encodeImage(image, { format }));
    differences[format] = Math.max(...data.map((value, i) => Math.abs(value - decoded.data[i])));
  }
  return differences;
}

/** Two pixels, red and blue. */
const redAndBlue = hostArray('uint8', [1, 2, 3], Uint8Array.of(255, 0, 0, 0, 0, 255));

/** Draws two pixels on a canvas, and returns the pixels of everything that a page can make of it. */
export async function pixelsOfSources(): Promise<Record<string, readonly number[]>> {
  const canvas = document.createElement('canvas');
  const data = toPixels(redAndBlue, { canvas });
  const image = new Image();
  image.src = canvas.toDataURL();
  // The layout of the page must not change the size of the result.
  image.width = 50;
  await image.decode();
  const offscreen = new OffscreenCanvas(2, 1);
  toPixels(redAndBlue, { canvas: offscreen });
  const sources = { data, canvas, offscreen, image, bitmap: await createImageBitmap(canvas) };
  return Object.fromEntries(
    Object.entries(sources).map(([name, source]) => {
      const { shape, data: pixels } = fromPixels(source);
      return [name, [...shape, ...pixels]];
    }),
  );
}

/** Plays a stream of a red canvas, as of a camera. Returns the error before the first frame, and the frame's shape and centre. */
export async function pixelsOfVideo(): Promise<{
  before: string;
  shape: readonly number[];
  centre: readonly number[];
}> {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [64, 48];
  const context = canvas.getContext('2d');
  const video = document.createElement('video');
  video.muted = true;
  let before = 'none';
  try {
    fromPixels(video);
  } catch (error) {
    before = String(Reflect.get(Object(error), 'code'));
  }
  video.srcObject = canvas.captureStream(30);
  const paint = setInterval(() => {
    if (context === null) return;
    context.fillStyle = '#ff0000';
    context.fillRect(0, 0, 64, 48);
  }, 20);
  await video.play();
  await new Promise<void>((resolve) => video.requestVideoFrameCallback(() => resolve()));
  clearInterval(paint);
  const { shape, data } = fromPixels(video);
  const middle = 3 * (24 * 64 + 32);
  return { before, shape: [...shape], centre: Array.from(data.slice(middle, middle + 3)) };
}

/** Reads the folder that a person chose in the page's input: one batch of `imageFolder`, and one of `flowFromDirectory`. */
export async function readUpload(): Promise<{ classNames: readonly string[]; folder: Plain[]; flow: Plain[] }> {
  const files = [...(document.querySelector('input')?.files ?? [])];
  const dataset = await imageFolder(files, { imageSize: [4, 5], shuffle: false });
  const [batch] = await dataset.toArray();
  const generator = new ImageDataGenerator({ rescale: 1 / 255 });
  const flow = await generator.flowFromDirectory(files, { targetSize: [4, 5], shuffle: false, classMode: 'sparse' });
  const [element] = await flow.toArray();
  return {
    classNames: dataset.classNames,
    folder: batch.map(plain),
    flow: Array.isArray(element) ? element.map(plain) : [],
  };
}
