import { Argument, type Command } from 'commander';
import { type History, type Logs, type Model, setRandomSeed } from 'manabi';
import { chooseBackend } from '../choose-backend.ts';
import { type RunOptions, withCommonOptions, withRunOptions } from '../command-options.ts';
import { curves } from '../curves.ts';
import { readDigits } from '../data/digits.ts';
import { firstRows } from '../data/first-rows.ts';
import { checkDestination } from '../destination.ts';
import type { Difference } from '../differences.ts';
import { secondsSince } from '../elapsed.ts';
import type { Io } from '../io.ts';
import { wholeNumber } from '../option-values.ts';
import { progress } from '../progress.ts';
import { type Recipe, recipeNamed, recipes, type TrainingData } from '../recipes/index.ts';
import { type Destinations, type FileDifferences, saveTo, verifyFiles } from '../saved-files.ts';
import { savedDespiteCtrlC } from '../saving.ts';
import { type Terminal, terminal } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';

interface TrainOptions extends RunOptions {
  readonly epochs?: number;
  readonly batchSize?: number;
  readonly data?: string;
  readonly samples?: number;
  readonly out?: string;
  readonly onnx?: string;
  readonly verify?: true;
}

/** `manabi train RECIPE` */
export function addTrain(program: Command, io: Io): void {
  const list = Object.entries<Recipe>(recipes).map(([name, { summary }]) => `  ${name.padEnd(10)} ${summary}`);
  const command = program
    .command('train')
    .description('trains a network by name, saves it, and tests it')
    .addArgument(new Argument('<recipe>', Object.keys(recipes).join(', ')))
    .option('--out <model.keras>', 'saves the network, for manabi and Keras')
    .option('--onnx <model.onnx>', 'saves the network, for ONNX Runtime')
    .option('--verify', 'loads what was saved, and compares outputs for the test data')
    .option('--epochs <number>', 'passes over the data; each recipe has its own default', wholeNumber(1))
    .option('--batch-size <number>', 'samples of a step', wholeNumber(1))
    .option('--data <place>', "mnist, the folder or URL of MNIST's four files, or a .npz file; by default mnist")
    .option('--samples <number>', 'only the first samples of the data', wholeNumber(1));
  withCommonOptions(withRunOptions(command), [
    'manabi train xor',
    'manabi train mnist-cnn --epochs 2 --out digits.keras --onnx digits.onnx',
    'manabi train mnist-mlp --seed 7 --json',
  ]).addHelpText(
    'after',
    `\nRecipes:\n${list.join('\n')}\n\nCtrl-C ends the training early; the weights are kept, saved and tested.\n` +
      'A .npz file holds x_train, y_train, x_test and y_test: images of 28 by 28 pixels from 0 to 255, and up to ten classes.',
  );
  command.action((name: string, options: TrainOptions) => train(name, options, terminal(io, options.json === true)));
}

async function train(name: string, options: TrainOptions, out: Terminal): Promise<void> {
  const start = performance.now();
  const recipe = recipeNamed(name);
  const destinations = await destinationsOf(options);
  await chooseBackend(options.backend);
  setRandomSeed(options.seed);
  const data = await dataOf(recipe, options);
  const network = recipe.build();
  network.summary({ print: out.say });

  const trainingStart = performance.now();
  const history = await fit(network, recipe, data, options, out);
  const epochs = history.epoch.length;
  const secondsPerEpoch = epochs === 0 ? null : Math.round((100 * secondsSince(trainingStart)) / epochs) / 100;
  tellTraining(out, history);

  await saveAll(network, destinations, out);
  const samples = data.test.x.shape[0];
  if (destinations.keras !== null || destinations.onnx !== null) {
    out.say(`testing on ${samples.toLocaleString('en-US')} samples; Ctrl-C ends it, what was saved stays`);
  }
  const test = await network.evaluate(data.test.x, data.test.y, { batchSize: 1000, verbose: 0 });
  tellTest(out, { test, secondsPerEpoch, samples });
  const differences = options.verify ? await verifyFiles(network, destinations, data.test.x) : null;
  if (differences !== null) tellDifferences(out, destinations, differences);

  out.finish({
    task: name,
    // A part of the samples: float32 has it only nearly.
    testAccuracy: Math.round(test.accuracy * samples) / samples,
    testLoss: test.loss,
    ...(differences?.onnx ? { onnxMaxAbsDiff: differences.onnx.maxAbsDiff } : {}),
    ...(differences?.keras ? { reloadMaxAbsDiff: differences.keras.maxAbsDiff } : {}),
    epochs,
    ...(history.interrupted ? { interrupted: true } : {}),
    secondsPerEpoch,
    seconds: secondsSince(start),
  });
}

/** @throws UsageError, FileError for places where nothing can be saved, before anything is trained */
async function destinationsOf({ out, onnx: onnxPath, verify }: TrainOptions): Promise<Destinations> {
  const [keras, onnx] = [out ?? null, onnxPath ?? null];
  if (keras !== null) await checkDestination('--out', keras, '.keras');
  if (onnx !== null) await checkDestination('--onnx', onnx, '.onnx');
  if (verify && keras === null && onnx === null) {
    throw new UsageError(
      '--verify loads what was saved: say where, with --out model.keras, --onnx model.onnx, or both.',
    );
  }
  return { keras, onnx };
}

async function dataOf(recipe: Recipe, { data, samples }: TrainOptions): Promise<TrainingData> {
  if (recipe.data === 'digits') return readDigits(data ?? 'mnist', samples ?? null);
  if (data !== undefined) throw new UsageError('The recipe has data of its own; leave out --data.');
  return { train: firstRows(recipe.data.train, samples ?? null), test: recipe.data.test };
}

function fit(
  network: Model,
  recipe: Recipe,
  { train }: TrainingData,
  { epochs = recipe.epochs, batchSize = recipe.batchSize }: TrainOptions,
  { people }: Terminal,
): Promise<History> {
  const { validationSplit } = recipe;
  return network.fit(train.x, train.y, {
    epochs,
    batchSize,
    ...(validationSplit === 0 ? {} : { validationSplit }),
    verbose: 0,
    callbacks: [progress(people, epochs)],
  });
}

/** Saves a network before anything else is done with it. */
async function saveAll(network: Model, destinations: Destinations, { say, note }: Terminal): Promise<void> {
  await savedDespiteCtrlC(async () => {
    for await (const path of saveTo(network, destinations)) say(`saved ${path}`);
  }, note);
}

function tellTraining({ say, colours }: Terminal, { history, interrupted }: History): void {
  const drawn = curves(history, colours.isColorSupported);
  if (drawn !== '') say(`\n${drawn}`);
  if (interrupted) say('\nStopped early; the weights are those of the last step.');
}

interface Outcome {
  readonly test: Logs;
  readonly secondsPerEpoch: number | null;
  readonly samples: number;
}

function tellTest({ say, colours }: Terminal, { test, secondsPerEpoch, samples }: Outcome): void {
  say(
    `\n${colours.bold('test accuracy')} ${test.accuracy.toFixed(4)} on ${samples.toLocaleString('en-US')} samples, ` +
      `loss ${test.loss.toFixed(4)}${secondsPerEpoch === null ? '' : `; ${secondsPerEpoch.toFixed(2)} s an epoch`}`,
  );
}

function tellDifferences({ say }: Terminal, { keras, onnx }: Destinations, differences: FileDifferences): void {
  const line = (what: string, { maxAbsDiff, otherClass }: Difference): string =>
    `${what}: outputs differ by ${maxAbsDiff === 0 ? '0' : maxAbsDiff.toExponential(1)} at most, ` +
    `${otherClass === 0 ? 'no sample' : `${otherClass} samples`} in another class`;
  if (differences.keras !== null) say(line(`${keras}, loaded again`, differences.keras));
  if (differences.onnx !== null) say(line(`${onnx}, in ONNX Runtime`, differences.onnx));
}
