// Measures what the trained extractor is worth: how many new pictures the network of the demo recognizes after a few pictures per
// class, with the trained weights and with random ones:
//   npm start apps/docs/src/demos/pictures/extractor/measure.ts flower_photos.tar
// The archive contains folders `train` and `validation`, with a folder of photos per class. Without it, only digits are measured.
import { readFile } from 'node:fs/promises';
import { openTar } from '@manabi/files';
import { datasets, decodeImage, hostArray, resizeImage, selectBackend } from 'manabi';
import { type PicturePixels, SIDE } from '../messages.ts';
import { convolutions, type ExtractorWeights } from '../network/extractor-layers.ts';
import { PictureTraining } from '../network/picture-training.ts';
import { readExtractor } from '../network/read-extractor.ts';
import { SeededRandom } from '../seeded-random.ts';

/** Pictures of each class to train on. */
const EXAMPLES = [10, 20];
/** Repetitions, each with other pictures and other random weights. */
const REPETITIONS = 3;
/** Test pictures of each class. */
const TESTS = 30;
/** Pictures of each class from which those to train on are drawn. */
const POOL = 80;

/** Pictures by class. */
interface PictureSet {
  readonly train: readonly (readonly PicturePixels[])[];
  readonly test: readonly (readonly PicturePixels[])[];
}

console.log(`Backend: ${(await selectBackend({ operations: 1e9 })).name}`);
const [archive] = process.argv.slice(2);
const trained = await readExtractor(await readFile(new URL('../network/extractor.safetensors', import.meta.url)));
const sets: Readonly<Record<string, PictureSet>> = {
  'MNIST, 10 digits': await digits(),
  ...(archive === undefined ? {} : { [`photos, ${archive}`]: await photos(archive) }),
};
for (const [name, set] of Object.entries(sets)) {
  for (const examples of EXAMPLES) {
    const results: Record<string, number[]> = { 'random weights': [], 'trained weights': [], 'after fine-tuning': [] };
    for (let repetition = 0; repetition < REPETITIONS; repetition++) {
      const random = new SeededRandom(repetition);
      const chosen = set.train.map((pictures) => sampleOf(pictures, examples, random));
      results['random weights'].push(await afterHead(new PictureTraining(randomWeights(repetition)), chosen, set.test));
      const training = new PictureTraining(trained);
      results['trained weights'].push(await afterHead(training, chosen, set.test));
      training.fineTune();
      results['after fine-tuning'].push(await afterTraining(training, set.test));
    }
    for (const [what, values] of Object.entries(results)) {
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      const range = [Math.min(...values), Math.max(...values)].map(percent).join(' to ');
      console.log(`${name}, ${examples} per class, ${what}: ${percent(mean)} % (${range})`);
    }
  }
}

/** Trains a new head on pictures of each class, and returns the part of the test pictures that is recognized. */
async function afterHead(training: PictureTraining, chosen: PictureSet['train'], test: PictureSet['test']) {
  let id = 0;
  await training.begin(
    chosen.map((pictures) => pictures.map((pixels) => ({ id: id++, pixels }))),
    false,
  );
  return afterTraining(training, test);
}

/** Trains until the phase ends, and returns the part of the test pictures that is recognized. */
async function afterTraining(training: PictureTraining, test: PictureSet['test']): Promise<number> {
  while (await training.step());
  const labels = test.flatMap((pictures, label) => pictures.map(() => label));
  const answers = (await training.classify(test.flat())) ?? [];
  const right = answers.filter((row, i) => row.indexOf(Math.max(...row)) === labels[i]);
  return right.length / labels.length;
}

/** Draws kernels from the normal distribution of He et al. (2015), which keeps the size of activations. */
function randomWeights(seed: number): ExtractorWeights {
  const random = new SeededRandom(1000 + seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random.between(0, 1))) * Math.cos(random.between(0, 2 * Math.PI));
  let channels = 3;
  const weights: Record<string, ExtractorWeights[string]> = {};
  for (const { name, filters } of convolutions) {
    const scale = Math.sqrt(2 / (9 * channels));
    const length = 9 * channels * filters;
    const kernel = Float32Array.from({ length }, () => scale * normal());
    weights[`${name}.kernel`] = hostArray('float32', [3, 3, channels, filters], kernel);
    weights[`${name}.bias`] = hostArray('float32', [filters], new Float32Array(filters));
    channels = filters;
  }
  return weights;
}

function sampleOf<T>(all: readonly T[], count: number, random: SeededRandom): readonly T[] {
  const left = [...all];
  return Array.from({ length: count }, () => left.splice(random.below(left.length), 1)[0]);
}

/** Reads photos, of which the square in the middle is scaled. */
async function photos(path: string): Promise<PictureSet> {
  const { files, close } = await openTar(path);
  const classes = new Map<string, { readonly train: PicturePixels[]; readonly test: PicturePixels[] }>();
  for (const file of files) {
    const [, part, name] = /(train|validation)\/([^/]+)\/[^/]+\.jpg$/.exec(file.path) ?? [];
    if (part === undefined) continue;
    const found = classes.get(name) ?? { train: [], test: [] };
    classes.set(name, found);
    if (part === 'validation' ? found.test.length >= TESTS : found.train.length >= POOL) continue;
    const photo = await decodeImage(await file.read(), { channels: 3 });
    const { data } = resizeImage(photo, SIDE, { cropToAspectRatio: true, antialias: true });
    const pixels = Uint8Array.from(data, (value) => Math.max(0, Math.min(255, Math.round(Number(value)))));
    (part === 'train' ? found.train : found.test).push(pixels);
  }
  await close();
  const all = [...classes.values()];
  return { train: all.map(({ train }) => train), test: all.map(({ test }) => test) };
}

/** Reads the test digits of MNIST, enlarged to three pixels per pixel, on a black ground. */
async function digits(): Promise<PictureSet> {
  const { test } = await datasets.mnist();
  const [side, zoom] = [28, 3];
  const border = (SIDE - zoom * side) / 2;
  const byClass: PicturePixels[][] = Array.from({ length: 10 }, () => []);
  for (let i = 0; byClass.some((pictures) => pictures.length < TESTS + POOL); i++) {
    const pixels = new Uint8Array(SIDE * SIDE * 3);
    for (let at = 0; at < SIDE * SIDE; at++) {
      const [x, y] = [(at % SIDE) - border, Math.floor(at / SIDE) - border].map((each) => Math.floor(each / zoom));
      if (x < 0 || y < 0 || x >= side || y >= side) continue;
      pixels.fill(Number(test.images.data[(i * side + y) * side + x]), 3 * at, 3 * at + 3);
    }
    byClass[Number(test.labels.data[i])].push(pixels);
  }
  return {
    train: byClass.map((pictures) => pictures.slice(TESTS, TESTS + POOL)),
    test: byClass.map((pictures) => pictures.slice(0, TESTS)),
  };
}

function percent(part: number): string {
  return (100 * part).toFixed(1);
}
