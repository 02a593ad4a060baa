// Functions run in Node and in the page of the test, where the exports are available as the global `transfer`.
import { mobileNet } from '@manabi/applications';
import '@manabi/backend-cpu/register';
import { imageFolder } from '@manabi/datasets';
import { clearSession, layers, type Model, type Sequential, sequential, setRandomSeed, unfreeze } from '@manabi/layers';
import { adam } from '@manabi/optimizers';
import { download, saveModel } from '@manabi/serialization';
import { digestsOf } from '../network.fixture.ts';

/** What a network learns from. */
export interface TransferRequest {
  /** Path of the weights: a file in Node, or a path on the server of the page. */
  readonly weights: string;
  readonly alpha: number;
  /** Number of rows and columns of the images. */
  readonly size: number;
}

/** Result of a training, as `evaluate` can return it. */
export interface Transferred {
  readonly classNames: readonly string[];
  readonly loss: readonly number[];
  /** Digests of the weights of the base: as loaded, after training the head, and after fine-tuning. */
  readonly base: readonly (readonly string[])[];
  /** Digests of all weights. */
  readonly digests: readonly string[];
  readonly scores: readonly number[];
}

/** Photos: the path of a folder that contains a folder per class, or the files of a folder upload. */
export type Photos = string | readonly File[];

/** Reads photos as batches of two, in order. */
async function photosOf(photos: Photos, size: number) {
  return await imageFolder(typeof photos === 'string' ? photos : [...photos], {
    imageSize: size,
    cropToAspectRatio: true,
    shuffle: false,
    batchSize: 2,
  });
}

/** Returns the scores of photos, one row per photo. */
export async function scoresOf(model: Model, photos: Photos, size: number): Promise<readonly number[]> {
  const images = (await photosOf(photos, size)).map(([pixels]) => pixels);
  return [...(await (await model.predict(images)).data())];
}

/** Trains a head on the features of a MobileNet, then fine-tunes the last block for one epoch. */
export async function fineTune(
  { weights, alpha, size }: TransferRequest,
  photos: Photos,
): Promise<Transferred & { readonly model: Sequential }> {
  clearSession();
  setRandomSeed(11);
  const dataset = await photosOf(photos, size);
  const base = await mobileNet({ alpha, weights, includeTop: false, pooling: 'avg', inputShape: [size, size, 3] });
  const digests = [await digestsOf(base)];
  const model = sequential([
    layers.randomFlip({ mode: 'horizontal', inputShape: [size, size, 3] }),
    layers.rescaling({ scale: 1 / 127.5, offset: -1 }),
    base,
    layers.dropout({ rate: 0.2 }),
    layers.dense({ units: dataset.classNames.length, activation: 'softmax' }),
  ]);
  const loss: number[] = [];
  const fit = async (learningRate: number, epochs: number): Promise<void> => {
    model.compile({ optimizer: adam({ learningRate }), loss: 'sparseCategoricalCrossentropy' });
    const { history } = await model.fit(dataset, { epochs, verbose: 0 });
    loss.push(...history.loss);
    digests.push(await digestsOf(base));
  };
  base.trainable = false;
  await fit(1e-2, 2);
  unfreeze(base, ['conv_dw_13*', 'conv_pw_13*']);
  await fit(1e-3, 1);
  const scores = await scoresOf(model, photos, size);
  return { model, classNames: dataset.classNames, loss, base: digests, digests: await digestsOf(model), scores };
}

/** Fine-tunes a network on the folder that a person chose in the page's input, and downloads it as a `.keras` file. */
export async function fineTuneUpload(request: TransferRequest): Promise<Transferred> {
  const photos = [...(document.querySelector('input')?.files ?? [])];
  const weights = new URL(request.weights, location.href).href;
  const { model, ...result } = await fineTune({ ...request, weights }, photos);
  await saveModel(model, download('photos.keras'));
  return result;
}
