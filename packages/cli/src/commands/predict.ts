import type { Command } from 'commander';
import { type HostArray, hostArray, type Model } from 'manabi';
import { chooseBackend, chooseFor } from '../choose-backend.ts';
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

/** Number of classes of a digit classifier. */
const DIGITS = 10;

/** Smallest accuracy on MNIST with which `predict` considers a network a digit classifier. */
const LEAST_ACCURACY = 0.5;

/** Number of MNIST digits on which pixel ranges are compared. */
const TRIAL = 500;

/** Adds the command `manabi predict MODEL IMAGE...`. */
export function addPredict(program: Command, io: Io): void {
  const command = program
    .command('predict')
    .description('Classify images')
    .argument('<model>', 'A .keras, .h5 or .onnx file')
    .argument('<image...>', 'PNG, JPEG, WebP, … files; digits dark on light or light on dark')
    .option('--class-labels <names>', 'Names of the classes, separated by commas (default: 0,1,2,…)', names)
    .addOption(scaleOption())
    .option('--backend <name>', "Backend to use (default: cpu; 'manabi doctor' lists all)");
  withCommonOptions(command, [
    'manabi predict digits.keras digit.png',
    'manabi predict digits.onnx 3.png 7.jpg --json',
  ]).addHelpText(
    'after',
    '\nNetworks with three input channels receive resized colour images. Networks with one channel receive digits in the\n' +
      'form of MNIST: light on black, centred. For networks with ten classes, the pixel range is found by trial on MNIST.\n' +
      'Other networks require --scale, unless they contain a rescaling layer.',
  );
  command.action((model: string, images: readonly string[], options: PredictOptions) =>
    predict(model, images, options, terminal(io, options.json === true)),
  );
}

/** The predicted class of one image, with probabilities. */
interface Prediction {
  readonly file: string;
  readonly class: number;
  readonly label: string;
  readonly probability: number;
  readonly probabilities: readonly number[];
}

async function predict(path: string, files: readonly string[], options: PredictOptions, out: Terminal): Promise<void> {
  await chooseBackend(options.backend);
  const prepare = (model: Model) => chooseFor(options.backend, { model, batchSize: 1 }, out);
  const { scale, predictions } = await withClassifier(path, prepare, async (classifier) => {
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

/**
 * Returns the pixel range of a network. If the network has no rescaling layer that shows the range, finds it with MNIST
 * digits.
 */
async function scaleOf(
  classifier: Classifier,
  requested: PixelScaleName | 'auto',
  image: HostArray,
  note: (text: string) => void,
): Promise<PixelScaleName> {
  if (requested !== 'auto') return requested;
  if (classifier.scalesPixels === true) return 'raw';
  if (takesColour(classifier))
    throw needsScale(classifier, 'it can only be found by trial for images with one channel');
  const [scores] = probabilityRows(await classifier.predict(image));
  if (scores.length !== DIGITS) {
    throw needsScale(classifier, `it can only be found by trial for ten classes, and the network has ${scores.length}`);
  }
  const chosen = await chooseScale(classifier, await trialDigits(classifier));
  if (chosen.accuracy === null || chosen.accuracy < LEAST_ACCURACY) {
    throw needsScale(classifier, 'the network does not recognize the digits used to find it');
  }
  note(describeScale(classifier, chosen));
  return chosen.name;
}

function needsScale({ name }: Classifier, why: string): UsageError {
  const choices = pixelScaleNames.map((scale) => `  --scale ${scale.padEnd(12)}  ${pixelScales[scale].title}`);
  return new UsageError(
    `Unknown pixel range of ${name}: ${why}. Pass the range that it was trained with:\n${choices.join('\n')}`,
  );
}

/** Returns MNIST digits, reshaped to the input shape of a network. */
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
      `--class-labels names ${labels.length} classes, but ${classifier.name} has ${probabilities.length}.`,
    );
  }
  const index = largest(probabilities);
  return {
    file,
    class: index,
    label: labels?.[index] ?? String(index),
    probability: probabilities[index],
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
    .map((value, index) => ({ value, name: labels?.[index] ?? String(index) }))
    .sort((a, b) => b.value - a.value)
    .slice(1, 3)
    .map(({ value, name }) => `${name} ${percent(value)}`);
  return `${file.padEnd(width)}  ${colours.bold(label)}  ${percent(probability)}  (then ${others.join(', ')})`;
}

function percent(probability: number): string {
  return `${(100 * probability).toFixed(1)}%`;
}
