import { type Command, Option } from 'commander';
import type { ExportCommandOptions } from '../actions/export.ts';
import type { Io } from '../io.ts';
import { withCommonOptions } from '../options/command-options.ts';
import { integer, names } from '../options/option-values.ts';
import { terminal } from '../terminal.ts';

/** Adds the command `manabi export MODEL OUT`. */
export function addExport(program: Command, io: Io): void {
  const command = program
    .command('export')
    .description('Export a model to ONNX and verify it in ONNX Runtime')
    .argument('<model>', 'A .keras or .h5 file')
    .argument('<out>', 'An .onnx file')
    .option('--opset <number>', 'ONNX operator set version (default: the lowest that the model needs)', integer(1))
    .addOption(
      new Option('--composites <form>', 'Form of softmax, LSTM, …: ONNX operators, or their bodies')
        .choices(['operators', 'bodies'])
        .default('operators'),
    )
    .option(
      '--class-labels <names>',
      'Names of the classes, separated by commas (default: those that the model file states)',
      names,
    )
    .option('--external-data', 'Store the weights in a separate file next to <out>');
  withCommonOptions(command, [
    'manabi export digits.keras digits.onnx',
    'manabi export digits.keras digits.onnx --opset 18 --class-labels 0,1,2,3,4,5,6,7,8,9',
    'manabi export large.keras large.onnx --external-data --json',
  ]);
  command.action(async (model: string, out: string, options: ExportCommandOptions) => {
    const { exportModel } = await import('../actions/export.ts');
    await exportModel(model, out, options, terminal(io, options.json === true));
  });
}
