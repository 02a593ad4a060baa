import type { Command } from 'commander';
import type { ConvertOptions } from '../actions/convert.ts';
import type { Io } from '../io.ts';
import { withCommonOptions } from '../options/command-options.ts';
import { terminal } from '../terminal.ts';

/** Adds the command `manabi convert IN OUT`. */
export function addConvert(program: Command, io: Io): void {
  const command = program
    .command('convert')
    .description('Convert a model or its weights to another format')
    .argument('<in>', 'A .keras, .h5, .weights.h5, .safetensors or .npz file')
    .argument('<out>', 'A .keras, .onnx, .weights.h5, .safetensors or .npz file')
    .option('--model <model.keras>', 'Model with the layers; required if <in> contains only weights');
  withCommonOptions(command, [
    'manabi convert digits.keras digits.safetensors',
    'manabi convert digits.safetensors digits.npz',
    'manabi convert trained.weights.h5 trained.keras --model digits.keras',
  ]);
  command.action(async (source: string, destination: string, options: ConvertOptions) => {
    const { convert } = await import('../actions/convert.ts');
    await convert(source, destination, options, terminal(io, options.json === true));
  });
}
