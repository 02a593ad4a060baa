import { Argument, type Command } from 'commander';
import { type History, type Logs, type Model, setBackend, setRandomSeed } from 'manabi';
import { type RunOptions, withCommonOptions, withRunOptions } from '../common-options.ts';
import { curves } from '../curves.ts';
import { readDigits } from '../data/digits.ts';
import { firstRows } from '../data/first-rows.ts';
import { secondsSince } from '../elapsed.ts';
import type { Io } from '../io.ts';
import { wholeNumber } from '../option-values.ts';
import { progress } from '../progress.ts';
import { type Recipe, recipeNamed, recipes, type TrainingData } from '../recipes/index.ts';
import { type Terminal, terminal } from '../terminal.ts';

interface TrainOptions extends RunOptions {
  readonly epochs?: number;
  readonly batchSize?: number;
  readonly data: string;
  readonly samples?: number;
}

/** `manabi train RECIPE` */
export function addTrain(program: Command, io: Io): void {
  const list = Object.entries<Recipe>(recipes).map(([name, { summary }]) => `  ${name.padEnd(10)} ${summary}`);
  const command = program
    .command('train')
    .description('trains a network by name, tests it, and saves it')
    .addArgument(new Argument('<recipe>', Object.keys(recipes).join(', ')))
    .option('--epochs <number>', 'passes over the data; each recipe has its own default', wholeNumber(1))
    .option('--batch-size <number>', 'samples of a step', wholeNumber(1))
    .option('--data <place>', "mnist, or the folder or URL of MNIST's four files", 'mnist')
    .option('--samples <number>', 'only the first samples of the data', wholeNumber(1));
  withCommonOptions(withRunOptions(command), [
    'manabi train xor',
    'manabi train mnist-cnn --epochs 2 --out digits.keras --onnx digits.onnx',
    'manabi train mnist-mlp --seed 7 --json',
  ]).addHelpText(
    'after',
    `\nRecipes:\n${list.join('\n')}\n\nCtrl-C ends the training early; the weights are kept, tested and saved.`,
  );
  command.action((name: string, options: TrainOptions) => train(name, options, terminal(io, options.json === true)));
}

async function train(name: string, options: TrainOptions, terminal: Terminal): Promise<void> {
  const start = performance.now();
  const recipe = recipeNamed(name);
  if (options.backend !== undefined) await setBackend(options.backend);
  setRandomSeed(options.seed);
  const data = await dataOf(recipe, options);
  const network = recipe.build();
  network.summary({ print: terminal.say });

  const trainingStart = performance.now();
  const history = await fit(network, recipe, data, options, terminal);
  const epochs = history.epoch.length;
  const secondsPerEpoch = epochs === 0 ? null : Math.round((100 * secondsSince(trainingStart)) / epochs) / 100;
  const test = await network.evaluate(data.test.x, data.test.y, { batchSize: 1000, verbose: 0 });

  tell(terminal, { history, test, secondsPerEpoch, samples: data.test.x.shape[0] });
  terminal.finish({
    task: name,
    testAccuracy: test.accuracy,
    testLoss: test.loss,
    epochs,
    ...(history.interrupted ? { interrupted: true } : {}),
    secondsPerEpoch,
    seconds: secondsSince(start),
  });
}

async function dataOf(recipe: Recipe, { data, samples }: TrainOptions): Promise<TrainingData> {
  if (recipe.data === 'digits') return readDigits(data, samples ?? null);
  return { train: firstRows(recipe.data.train, samples ?? null), test: recipe.data.test };
}

function fit(
  network: Model,
  recipe: Recipe,
  { train }: TrainingData,
  { epochs = recipe.epochs, batchSize = recipe.batchSize }: TrainOptions,
  terminal: Terminal,
): Promise<History> {
  const { validationSplit } = recipe;
  return network.fit(train.x, train.y, {
    epochs,
    batchSize,
    ...(validationSplit === 0 ? {} : { validationSplit }),
    verbose: 0,
    callbacks: [progress(terminal.people, epochs)],
  });
}

interface Outcome {
  readonly history: History;
  readonly test: Logs;
  readonly secondsPerEpoch: number | null;
  readonly samples: number;
}

function tell({ say, colours, people }: Terminal, { history, test, secondsPerEpoch, samples }: Outcome): void {
  const drawn = curves(history.history, people.isTTY === true && colours.isColorSupported);
  if (drawn !== '') say(`\n${drawn}`);
  if (history.interrupted) say('\nStopped early; the weights are those of the last step.');
  say(
    `\n${colours.bold('test accuracy')} ${test.accuracy.toFixed(4)} on ${samples.toLocaleString('en-US')} samples, ` +
      `loss ${test.loss.toFixed(4)}${secondsPerEpoch === null ? '' : `; ${secondsPerEpoch.toFixed(2)} s an epoch`}`,
  );
}
