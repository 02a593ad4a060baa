import { type Command, Option } from 'commander';
import type { QuantizeOptions } from '../actions/quantize.ts';
import type { Io } from '../io.ts';
import { withCommonOptions } from '../options/command-options.ts';
import { integer } from '../options/option-values.ts';
import { terminal } from '../terminal.ts';

/** Adds the command `manabi quantize MODEL --out OUT`. */
export function addQuantize(program: Command, io: Io): void {
  const command = program
    .command('quantize')
    .description('Store the kernels of a model in int8 or float16, and report the loss of accuracy')
    .argument('<model>', 'A .keras or .h5 file')
    .requiredOption('--out <file>', 'The .keras file to write')
    .addOption(new Option('--dtype <dtype>', 'How kernels are stored').choices(['int8', 'float16']).default('int8'))
    .option(
      '--data <source>',
      "Samples to compare both models on: mnist, the folder or URL of MNIST's four files, or an .npz file (default: none)",
    )
    .option('--samples <number>', 'Number of samples to use, from the first (default: all)', integer(1));
  withCommonOptions(command, [
    'manabi quantize digits.keras --out small.keras --data mnist',
    'manabi quantize digits.keras --out half.keras --dtype float16 --json',
  ]);
  command.action(async (model: string, options: QuantizeOptions) => {
    const { quantizeFile } = await import('../actions/quantize.ts');
    await quantizeFile(model, options, terminal(io, options.json === true));
  });
}
