import type { Command } from 'commander';
import type { PredictOptions } from '../actions/predict.ts';
import type { Io } from '../io.ts';
import { withCommonOptions } from '../options/command-options.ts';
import { withCpuOptions } from '../options/cpu-options.ts';
import { names } from '../options/option-values.ts';

import { terminal } from '../terminal.ts';
import { scaleOption } from './evaluate.ts';

/** Adds the command `manabi predict MODEL IMAGE...`. */
export function addPredict(program: Command, io: Io): void {
  const command = program
    .command('predict')
    .description('Classify images, texts or rows of a table, or predict a column')
    .argument('<model>', 'A .keras, .h5 or .onnx file')
    .argument(
      '<input...>',
      'PNG, JPEG, WebP, … files; for networks for texts, .txt files; for networks for texts or tables, .csv or .tsv files',
    )
    .option('--inline', 'The inputs are texts instead of files')
    .option('--text <column>', 'Column of a CSV or TSV file that contains the texts')
    .option(
      '--digits',
      'The images are handwritten digits, dark on light or light on dark: convert them to the form of MNIST',
    )
    .option('--class-labels <names>', 'Names of the classes, separated by commas (default: 0,1,2,…)', names)
    .addOption(scaleOption())
    .option('--backend <name>', "Backend to use (default: cpu; 'manabi doctor' lists all)");
  withCommonOptions(withCpuOptions(command), [
    'manabi predict flowers.keras photo.jpg',
    "manabi predict reviews.keras --inline 'What a film!'",
    'manabi predict iris.keras flowers.csv --json',
    'manabi predict digits.onnx 3.png 7.jpg --digits --json',
    'manabi predict clothes.h5 shirt.png --scale unit --class-labels shirt,shoe',
  ]).addHelpText(
    'after',
    '\nFiles that manabi train saved state the inputs and the classes. Other networks receive images resized to their input,\n' +
      'and require --scale unless they contain a rescaling layer. With --digits, the pixel range is found by trial on MNIST.',
  );
  command.action(async (model: string, inputs: readonly string[], options: PredictOptions) => {
    const { predict } = await import('../actions/predict.ts');
    await predict(model, inputs, options, terminal(io, options.json === true));
  });
}
