import { stat } from 'node:fs/promises';
import { type ExportOptions, exportOnnx, ManabiError } from 'manabi';
import { checkDestination } from '../destination.ts';
import { loadModelFile } from '../model-file.ts';
import { describeDisagreement, largestDifference, verifyExport } from '../onnx/verify-export.ts';
import type { CommonOptions } from '../options/command-options.ts';
import { readTask } from '../task/model-task.ts';
import type { Terminal } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';

/** Options of `manabi export`. */
export interface ExportCommandOptions extends CommonOptions {
  readonly opset?: number;
  readonly composites: 'operators' | 'bodies';
  readonly classLabels?: readonly string[];
  readonly externalData?: true;
}

/** Exports a model, and compares it with the file in ONNX Runtime. */
export async function exportModel(
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
