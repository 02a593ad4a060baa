import { type Command, Option } from 'commander';
import type { EvaluateOptions } from '../actions/evaluate.ts';
import { pixelScaleNames } from '../classify/pixel-scales.ts';
import type { Io } from '../io.ts';
import { withCommonOptions } from '../options/command-options.ts';
import { withCpuOptions } from '../options/cpu-options.ts';
import { integer } from '../options/option-values.ts';

import { terminal } from '../terminal.ts';

/** Adds the command `manabi evaluate MODEL`. */
export function addEvaluate(program: Command, io: Io): void {
  const command = program
    .command('evaluate')
    .description('Measure the accuracy of a saved classifier')
    .argument('<model>', 'A .keras, .h5 or .onnx file')
    .option(
      '--data <source>',
      "Test data: a folder or tar archive with a folder per class, or a CSV or TSV file, for networks of manabi train; mnist, the folder or URL of MNIST's four files, or an .npz file for others (default: mnist)",
    )
    .option('--text <column>', 'Column of a CSV or TSV file that contains the texts, for a network for texts')
    .option('--label <column>', 'Column of a CSV or TSV file that contains the classes, for a network for texts')
    .option('--digits', 'The network classifies handwritten digits: use MNIST, as --data mnist')
    .option('--samples <number>', 'Number of samples to use, from the first (default: all)', integer(1))
    .addOption(scaleOption())
    .option('--backend <name>', "Backend to use (default: cpu; 'manabi doctor' lists all)");
  withCommonOptions(withCpuOptions(command), [
    'manabi evaluate digits.keras',
    'manabi evaluate digits.onnx --data mnist --json',
    'manabi evaluate flowers.keras --data photos/test',
    'manabi evaluate iris.keras --data new.csv',
    'manabi evaluate clothes.keras --data fashion.npz --scale unit',
  ]).addHelpText(
    'after',
    '\nFiles that manabi train saved state the inputs and the classes. For others, images are reshaped to the input shape of the network, such as [28, 28], [28, 28, 1] or [784], and scaled to the pixel\n' +
      'range with the best accuracy. An .npz file must contain x_test and y_test, or x and y.',
  );
  command.action(async (model: string, options: EvaluateOptions) => {
    const { evaluate } = await import('../actions/evaluate.ts');
    await evaluate(model, options, terminal(io, options.json === true));
  });
}

/** Creates the option that sets the pixel range. */
export function scaleOption(): Option {
  return new Option(
    '--scale <range>',
    "Pixel range: raw 0 to 255, unit 0 to 1, symmetric -1 to 1, standardized by MNIST's mean and deviation; auto finds it by trial",
  )
    .choices(['auto', ...pixelScaleNames])
    .default('auto');
}
