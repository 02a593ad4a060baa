import { fromTensorSlices, type HostArray, hostArray } from '@manabi/data';
import { imageFolder } from '@manabi/datasets';
import { ImageDataGenerator } from '@manabi/datasets/generator';
import { uniform } from './inputs.ts';
import { type DataMakers, type Library, meanMagnitude } from './library.ts';
import type { Prepared } from './prepared.ts';
import { type RunnerSettings, serve } from './serve.ts';

/** Prepares a task whose runs iterate over a dataset, and whose check is the mean of the first batch of another one. */
function epochs(dataset: AsyncIterable<unknown>, checked: AsyncIterable<readonly HostArray[]>): Prepared {
  return {
    step: async () => {
      for await (const _ of dataset);
    },
    check: async () => {
      for await (const [x] of checked) return meanMagnitude(x.data);
      return Number.NaN;
    },
    dispose: () => {},
  };
}

function makersWith(threads: number): DataMakers {
  return {
    'image-folder': async ({ folder, size: imageSize, batch: batchSize, augments }) => {
      const checked = await imageFolder(folder, { imageSize, batchSize, threads, shuffle: false });
      if (!augments) return epochs(await imageFolder(folder, { imageSize, batchSize, threads, seed: 1 }), checked);
      const generator = new ImageDataGenerator({
        rotationRange: 20,
        widthShiftRange: 0.1,
        heightShiftRange: 0.1,
        zoomRange: 0.2,
        horizontalFlip: true,
      });
      const options = { targetSize: imageSize, batchSize, threads, seed: 1, interpolation: 'bilinear' } as const;
      return epochs(await generator.flowFromDirectory(folder, { ...options, classMode: 'sparse' }), checked);
    },
    pipeline: ({ elements, size, batch }) => {
      const pixels = Uint8Array.from(uniform(elements * size * size, 1, 0, 256));
      const x = hostArray('uint8', [elements, size, size], pixels);
      const y = hostArray(
        'int32',
        [elements],
        Int32Array.from({ length: elements }, (_, i) => i % 10),
      );
      const scaled = ({ x: image, y: label }: { readonly x: HostArray; readonly y: HostArray }) => {
        const data = new Float32Array(image.data.length);
        for (let i = 0; i < data.length; i++) data[i] = image.data[i] / 255;
        return [{ dtype: 'float32', shape: image.shape, data }, label] as const;
      };
      const slices = fromTensorSlices({ x, y });
      return epochs(
        slices.shuffle(elements, { seed: 1 }).map(scaled).batch(batch).prefetch(2),
        slices.map(scaled).batch(batch),
      );
    },
  };
}

async function load({ threads }: RunnerSettings): Promise<Library> {
  return { version: 'source', threads, note: null, makers: makersWith(threads) };
}

await serve(load);
