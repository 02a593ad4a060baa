// Chapter 8: transfer learning. MobileNet, which learned ImageNet's 1,000 classes, learns kinds of flowers from few photos. They
// are in a folder or tar archive that contains `train` and `validation`, with a folder per class. The weights are downloaded, or
// come from a file: `--photos flowers.tar --folder flower_photos_160/ --weights mobilenet/model.json`.
import { applications, datasets, layers, optimizers, sequential, setRandomSeed } from 'manabi';
import { options } from './options.ts';

const { photos, folder, weights, size, epochs, fineTuning } = options({
  photos: 'photos',
  folder: '',
  weights: 'imagenet',
  size: 160,
  epochs: 10,
  fineTuning: 10,
});
setRandomSeed(1);

const load = (part: string) =>
  datasets.imageFolder(photos, {
    folder: folder + part,
    imageSize: size,
    cropToAspectRatio: true,
    seed: 1,
    cache: true,
  });
const [train, validation] = [await load('train'), await load('validation')];
console.log(`${train.classNames.length} classes: ${train.classNames.join(', ')}`);

const base = await applications.mobileNet({
  alpha: 0.25,
  weights,
  includeTop: false,
  pooling: 'avg',
  inputShape: [size, size, 3],
});
const model = sequential([
  // Augmentation is part of the network; it changes nothing in predictions.
  layers.randomFlip({ mode: 'horizontal', inputShape: [size, size, 3] }),
  layers.randomRotation({ factor: 0.05 }),
  layers.rescaling({ scale: 1 / 127.5, offset: -1 }),
  base,
  layers.dropout({ rate: 0.3 }),
  layers.dense({ units: train.classNames.length, activation: 'softmax' }),
]);

/** Trains the layers that are not frozen; returns the accuracy on the validation photos. */
async function fit(learningRate: number, epochs: number): Promise<string> {
  const optimizer = optimizers.adam({ learningRate });
  model.compile({ optimizer, loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
  const { history } = await model.fit(train, { epochs, validationData: validation });
  return history.valAccuracy[epochs - 1].toFixed(3);
}

base.trainable = false;
console.log('validation accuracy with frozen features:', await fit(1e-2, epochs));
base.trainable = true;
console.log('validation accuracy after fine-tuning:', await fit(1e-4, fineTuning));
