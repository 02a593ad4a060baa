import type { Command } from 'commander';
import { type HostArray, hostArray } from 'manabi';
import { chooseBackend } from '../choose-backend.ts';
import { chooseScale, describeScale } from '../classify/choose-scale.ts';
import type { Classifier } from '../classify/classifier.ts';
import { withClassifier } from '../classify/open-classifier.ts';
import { type PixelScaleName, pixelScaleNames, pixelScales, scaledPixels } from '../classify/pixel-scales.ts';
import { largest, probabilityRows } from '../classify/scores.ts';
import { type CommonOptions, withCommonOptions } from '../command-options.ts';
import { readTestData } from '../data/test-data.ts';
import { digitInput, imageInput, takesColour } from '../images/image-input.ts';
import { readImage } from '../images/read-image.ts';
import type { Io } from '../io.ts';
import { names } from '../option-values.ts';
import type { Samples } from '../recipes/index.ts';
import { type Terminal, terminal } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';
import { scaleOption } from './evaluate.ts';

interface PredictOptions extends CommonOptions {
  readonly backend?: string;
  readonly scale: PixelScaleName | 'auto';
  readonly classLabels?: readonly string[];
}

/** How many classes a network tells apart that knows digits. */
const DIGITS = 10;

/** A network that is right less often does not know them. */
const LEAST_ACCURACY = 0.5;

/** How many digits the range of pixels is found with. */
const TRIAL = 500;

/** `manabi predict MODEL IMAGE...` */
export function addPredict(program: Command, io: Io): void {
  const command = program
    .command('predict')
    .description('Classify images')
    .argument('<model>', 'a .keras, .h5 or .onnx file, whoever made it')
    .argument('<image...>', 'PNG, JPEG, WebP, … files; digits dark on light or light on dark')
    .option('--class-labels <names>', 'what the classes are called, separated by commas; by default 0, 1, 2, …', names)
    .addOption(scaleOption())
    .option('--backend <name>', 'what computes; doctor lists what there is');
  withCommonOptions(command, [
    'manabi predict digits.keras digit.png',
    'manabi predict digits.onnx 3.png 7.jpg --json',
  ]).addHelpText(
    'after',
    '\nNetworks that take three channels get images in colour, resized. Networks that take one channel get digits in the\n' +
      'form of MNIST: light on black, the digit in the middle; their range of pixels is found with digits where they have\n' +
      'ten classes. Other networks need --scale, unless they scale pixels themselves.',
  );
  command.action((model: string, images: readonly string[], options: PredictOptions) =>
    predict(model, images, options, terminal(io, options.json === true)),
  );
}

/** What a network sees in an image. */
interface Prediction {
  readonly file: string;
  readonly class: number;
  readonly label: string;
  readonly probability: number;
  readonly probabilities: readonly number[];
}

async function predict(path: string, files: readonly string[], options: PredictOptions, out: Terminal): Promise<void> {
  await chooseBackend(options.backend);
  const { scale, predictions } = await withClassifier(path, async (classifier) => {
    const inputs = await Promise.all(
      files.map(async (file) => ({ file, pixels: await imageInput(await readImage(file), classifier, file) })),
    );
    const scale = await scaleOf(classifier, options.scale, inputs[0].pixels, out.note);
    const found: Prediction[] = [];
    for (const { file, pixels } of inputs) {
      found.push(await predictionOf(classifier, { file, pixels: scaledPixels(pixels, scale) }, options.classLabels));
    }
    return { scale, predictions: found };
  });
  const width = Math.max(...predictions.map(({ file }) => file.length));
  for (const prediction of predictions) out.say(lineOf(prediction, width, out, options.classLabels));
  out.finish({ model: path, scale, predictions });
}

/** The range of pixels, found with MNIST's digits where the network does not say. */
async function scaleOf(
  classifier: Classifier,
  asked: PixelScaleName | 'auto',
  image: HostArray,
  note: (text: string) => void,
): Promise<PixelScaleName> {
  if (asked !== 'auto') return asked;
  if (classifier.scalesPixels === true) return 'raw';
  if (takesColour(classifier))
    throw needsScale(classifier, 'takes images in colour, for which it is not found by trial');
  const [scores] = probabilityRows(await classifier.predict(image));
  if (scores.length !== DIGITS) {
    throw needsScale(classifier, `tells ${scores.length} classes apart, where it would be found with the ten digits`);
  }
  const chosen = await chooseScale(classifier, await trialDigits(classifier));
  if (chosen.accuracy === null || chosen.accuracy < LEAST_ACCURACY) {
    throw needsScale(classifier, 'knows too little of digits to find it by trial');
  }
  note(describeScale(classifier, chosen));
  return chosen.name;
}

function needsScale({ name }: Classifier, why: string): UsageError {
  const choices = pixelScaleNames.map((scale) => `  --scale ${scale.padEnd(12)}  ${pixelScales[scale].title}`);
  return new UsageError(
    `${name} does not say which range of pixels it takes, and ${why}. Say which it was trained with:\n${choices.join('\n')}`,
  );
}

/** MNIST's digits as images for a network, whatever their size. */
async function trialDigits(classifier: Classifier): Promise<Samples> {
  const { x, y } = await readTestData('mnist', TRIAL);
  const [count, height, width] = x.shape;
  const bytes = Uint8Array.from(x.data, Number);
  const inputs = Array.from({ length: count }, (_, i) => {
    const pixels = bytes.subarray(i * height * width, (i + 1) * height * width);
    return digitInput({ width, height, pixels }, classifier, 'a digit of MNIST');
  });
  const [{ shape, data: first }] = inputs;
  const data = new Uint8Array(count * first.length);
  inputs.forEach((input, i) => {
    data.set(input.data, i * first.length);
  });
  return { x: hostArray('uint8', [count, ...shape.slice(1)], data), y };
}

async function predictionOf(
  classifier: Classifier,
  { file, pixels }: { readonly file: string; readonly pixels: HostArray },
  labels: readonly string[] | undefined,
): Promise<Prediction> {
  const [probabilities] = probabilityRows(await classifier.predict(pixels));
  if (labels !== undefined && labels.length !== probabilities.length) {
    throw new UsageError(
      `--class-labels names ${labels.length} classes, but ${classifier.name} tells ${probabilities.length} apart.`,
    );
  }
  const place = largest(probabilities);
  return {
    file,
    class: place,
    label: labels?.[place] ?? String(place),
    probability: probabilities[place],
    probabilities,
  };
}

function lineOf(
  { file, label, probability, probabilities }: Prediction,
  width: number,
  { colours }: Terminal,
  labels: readonly string[] | undefined,
): string {
  const others = probabilities
    .map((value, place) => ({ value, name: labels?.[place] ?? String(place) }))
    .sort((a, b) => b.value - a.value)
    .slice(1, 3)
    .map(({ value, name }) => `${name} ${percent(value)}`);
  return `${file.padEnd(width)}  ${colours.bold(label)}  ${percent(probability)}  (then ${others.join(', ')})`;
}

function percent(probability: number): string {
  return `${(100 * probability).toFixed(1)}%`;
}
