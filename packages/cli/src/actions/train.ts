import { type History, type Model, setRandomSeed } from 'manabi';
import { chooseFor } from '../choose-backend.ts';
import { readDigits } from '../data/digits.ts';
import { firstRows } from '../data/first-rows.ts';
import { checkDestination } from '../destination.ts';
import type { Difference } from '../differences.ts';
import { secondsSince } from '../elapsed.ts';
import type { RunOptions } from '../options/command-options.ts';
import type { PageOptions } from '../options/page-options.ts';
import { progress } from '../progress.ts';
import { type Recipe, recipeNamed, type TrainingData } from '../recipes/index.ts';
import { reportCurves, reportOutcome } from '../report.ts';
import { type Destinations, type FileDifferences, saveTo, verifyFiles } from '../saved-files.ts';
import { savedDespiteCtrlC } from '../saving.ts';
import { taskMetadata } from '../task/model-task.ts';
import type { Terminal } from '../terminal.ts';
import { chooseBackendFor, pageCallbacks } from '../training-page.ts';
import { UsageError } from '../usage-error.ts';

/** Options of `manabi train`. */
export interface TrainOptions extends RunOptions, PageOptions {
  readonly epochs?: number;
  readonly batchSize?: number;
  readonly data?: string;
  readonly samples?: number;
  readonly out?: string;
  readonly onnx?: string;
  readonly verify?: true;
}

/** Trains, saves and tests the network of a recipe. */
export async function train(
  name: string,
  tasks: readonly string[],
  options: TrainOptions,
  out: Terminal,
): Promise<void> {
  const start = performance.now();
  const recipe = recipeNamed(name, tasks);
  const destinations = await destinationsOf(options);
  await chooseBackendFor(options.backend, options);
  setRandomSeed(options.seed);
  const data = await dataOf(recipe, options);
  const network = recipe.build();
  await chooseFor(options.backend, { model: network, batchSize: options.batchSize ?? recipe.batchSize }, out);
  network.summary({ print: out.say });

  const trainingStart = performance.now();
  const history = await fit(network, recipe, data, options, out);
  const epochs = history.epoch.length;
  const secondsPerEpoch = epochs === 0 ? null : Math.round((100 * secondsSince(trainingStart)) / epochs) / 100;
  reportCurves(out, history);

  // Other data, such as pictures of clothes in an .npz file, may have the same form.
  const isDigits = recipe.data === 'digits' && (options.data ?? 'mnist') === 'mnist';
  await saveAll(network, destinations, isDigits, out);
  const samples = data.test.x.shape[0];
  if (destinations.keras !== null || destinations.onnx !== null) {
    out.say(`testing on ${samples.toLocaleString('en-US')} samples (Ctrl-C stops; the saved files stay)`);
  }
  const test = await network.evaluate(data.test.x, data.test.y, { batchSize: 1000, verbose: 0 });
  reportOutcome(out, { accuracy: test.accuracy, loss: test.loss, secondsPerEpoch, samples });
  const differences = options.verify ? await verifyFiles(network, destinations, data.test.x) : null;
  if (differences !== null) reportDifferences(out, destinations, differences);

  out.finish({
    task: name,
    // The accuracy is a float32 and inexact; rounding to a multiple of 1 / samples restores the exact fraction.
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

/**
 * Returns the paths to save the network to.
 *
 * @throws UsageError, FileError if a destination is not writable, before training starts
 */
async function destinationsOf({ out, onnx: onnxPath, verify }: TrainOptions): Promise<Destinations> {
  const [keras, onnx] = [out ?? null, onnxPath ?? null];
  if (keras !== null) await checkDestination('--out', keras, '.keras');
  if (onnx !== null) await checkDestination('--onnx', onnx, '.onnx');
  if (verify && keras === null && onnx === null) {
    throw new UsageError(
      '--verify compares saved files with the network. Add --out model.keras, --onnx model.onnx, or both.',
    );
  }
  return { keras, onnx };
}

async function dataOf(recipe: Recipe, { data, samples }: TrainOptions): Promise<TrainingData> {
  if (recipe.data === 'digits') return readDigits(data ?? 'mnist', samples ?? null);
  if (data !== undefined) throw new UsageError('This recipe has built-in data. Remove --data.');
  return { train: firstRows(recipe.data.train, samples ?? null), test: recipe.data.test };
}

function fit(
  network: Model,
  recipe: Recipe,
  { train }: TrainingData,
  options: TrainOptions,
  out: Terminal,
): Promise<History> {
  const { epochs = recipe.epochs, batchSize = recipe.batchSize } = options;
  const { validationSplit } = recipe;
  return network.fit(train.x, train.y, {
    epochs,
    batchSize,
    ...(validationSplit === 0 ? {} : { validationSplit }),
    verbose: 0,
    callbacks: [progress(out.people, epochs), ...pageCallbacks(options, null, out)],
  });
}

/** Saves the network to all paths. If Ctrl-C is pressed meanwhile, it takes effect after the files are complete. */
async function saveAll(
  network: Model,
  destinations: Destinations,
  isDigits: boolean,
  { say, note }: Terminal,
): Promise<void> {
  const metadata = isDigits ? taskMetadata({ task: 'digits' }) : undefined;
  await savedDespiteCtrlC(async () => {
    for await (const path of saveTo(network, destinations, metadata)) say(`saved ${path}`);
  }, note);
}

function reportDifferences({ say }: Terminal, { keras, onnx }: Destinations, differences: FileDifferences): void {
  const line = (what: string, { maxAbsDiff, otherClass }: Difference): string =>
    `${what}: outputs differ by at most ${maxAbsDiff === 0 ? '0' : maxAbsDiff.toExponential(1)}; predicted class differs for ` +
    `${otherClass === 1 ? '1 sample' : `${otherClass} samples`}`;
  if (differences.keras !== null) say(line(`${keras}, reloaded`, differences.keras));
  if (differences.onnx !== null) say(line(`${onnx}, in ONNX Runtime`, differences.onnx));
}
