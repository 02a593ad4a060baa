import { Argument, type Command } from 'commander';
import type { TrainOptions } from '../actions/train.ts';
import type { Io } from '../io.ts';
import { withCommonOptions, withRunOptions } from '../options/command-options.ts';
import { integer } from '../options/option-values.ts';
import { withPageOptions } from '../options/page-options.ts';
import { recipeSummaries } from '../recipes/recipe-summaries.ts';
import { terminal } from '../terminal.ts';
import { addTrainImages } from './train-images.ts';
import { addTrainImdb } from './train-imdb.ts';
import { addTrainTable } from './train-table.ts';
import { addTrainText } from './train-text.ts';

/** Adds the command `manabi train RECIPE`. */
export function addTrain(program: Command, io: Io): void {
  const list = Object.entries(recipeSummaries).map(([name, summary]) => `  ${name.padEnd(10)} ${summary}`);
  const command = program
    .command('train')
    .description('Train a network and save it')
    .enablePositionalOptions()
    .addArgument(new Argument('<recipe>', `Name of the network: ${Object.keys(recipeSummaries).join(', ')}`))
    .option('--out <model.keras>', 'Keras file to save the network to')
    .option('--onnx <model.onnx>', 'ONNX file to save the network to')
    .option('--verify', 'Reload the saved files and compare their outputs on the test data')
    .option('--epochs <number>', 'Number of epochs (default: set by the recipe)', integer(1))
    .option('--batch-size <number>', 'Samples per step (default: set by the recipe)', integer(1))
    .option(
      '--data <source>',
      "Training and test data: mnist, the folder or URL of MNIST's four files, or an .npz file (default: mnist)",
    )
    .option(
      '--samples <number>',
      'Number of training and of test samples to use, from the first (default: all)',
      integer(1),
    );
  withCommonOptions(withPageOptions(withRunOptions(command)), [
    'manabi train xor',
    'manabi train mnist-cnn --epochs 2 --out digits.keras --onnx digits.onnx',
    'manabi train mnist-mlp --seed 7 --json',
    'manabi train mnist-cnn --dashboard',
  ]).addHelpText(
    'after',
    `\nRecipes:\n${list.join('\n')}\n\nCtrl-C stops training early; the weights are kept, saved and tested.\n` +
      'An .npz file must contain x_train, y_train, x_test and y_test: images of 28 by 28 pixels in [0, 255], up to ten classes.',
  );
  addTrainImages(command, io);
  addTrainImdb(command, io);
  addTrainText(command, io);
  addTrainTable(command, io);
  command.action(async (name: string, options: TrainOptions) => {
    const { train } = await import('../actions/train.ts');
    const tasks = command.commands.map((task) => task.name());
    await train(name, tasks, options, terminal(io, options.json === true));
  });
}
