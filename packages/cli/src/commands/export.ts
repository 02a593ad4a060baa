import { stat } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import { type ExportOptions, exportOnnx, ManabiError } from 'manabi';
import { type CommonOptions, withCommonOptions } from '../command-options.ts';
import { checkDestination } from '../destination.ts';
import type { Io } from '../io.ts';
import { loadModelFile } from '../model-file.ts';
import { describeDisagreement, largestDifference, verifyExport } from '../onnx/verify-export.ts';
import { integer, names } from '../option-values.ts';
import { readTask } from '../task/model-task.ts';
import { type Terminal, terminal } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';

interface ExportCommandOptions extends CommonOptions {
  readonly opset?: number;
  readonly composites: 'operators' | 'bodies';
  readonly classLabels?: readonly string[];
  readonly externalData?: true;
}

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
  command.action((model: string, out: string, options: ExportCommandOptions) =>
    exportModel(model, out, options, terminal(io, options.json === true)),
  );
}

async function exportModel(
  source: string,
  destination: string,
  { opset, composites, classLabels, externalData }: ExportCommandOptions,
  out: Terminal,
): Promise<void> {
  await checkDestination('export', destination, '.onnx');
  const model = await loadModelFile(source, { compile: false });
  const classNames = classLabels ?? (await classNamesOf(source));
  const options: ExportOptions = {
    composites,
    ...(opset === undefined ? {} : { opset }),
    ...(classNames === null ? {} : { classLabels: classNames }),
    ...(externalData === undefined ? {} : { externalData }),
  };
  await exportOnnx(model, destination, options).catch((error: unknown) => {
    throw isOpsetError(error) ? new UsageError(error.message.replace(/^\[\w+\] `opset`/, '--opset')) : error;
  });
  const { size } = await stat(destination);
  out.say(`saved ${destination}, ${size.toLocaleString('en-US')} bytes`);
  const comparison = await verifyExport(model, destination);
  const difference = comparison === null ? null : largestDifference(comparison);
  const verified = comparison === null ? null : comparison.agrees;
  out.finish({ model: source, onnx: destination, bytes: size, onnxMaxAbsDiff: difference, verified });
  if (comparison === null || difference === null) {
    out.say('Verification skipped: install onnxruntime-node to compare outputs.');
  } else if (comparison.agrees) {
    out.say(`Verified in ONNX Runtime: outputs differ by at most ${difference.toExponential(1)}.`);
  } else {
    throw new ManabiError('value', describeDisagreement(destination, comparison), { data: { comparison } });
  }
}

/** Returns the names of the classes that a file of `manabi train` states; null for other files. */
async function classNamesOf(source: string): Promise<readonly string[] | null> {
  const task = await readTask(source);
  return task === null || task.task === 'digits' ? null : task.classNames;
}

/** Returns whether the export failed because the value of `--opset` is invalid. */
function isOpsetError(error: unknown): error is ManabiError {
  return error instanceof ManabiError && error.code === 'argument' && error.data.name === 'opset';
}
