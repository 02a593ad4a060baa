import { npyReport, npzReport, safetensorsReport } from './array-files.ts';
import { checkpointReport } from './checkpoint-file.ts';
import { type FileFormat, fileFormat } from './file-format.ts';
import type { FileReport } from './file-report.ts';
import { kerasReport } from './keras-file.ts';
import { onnxReport } from './onnx-file.ts';

const REPORTS: { readonly [K in FileFormat]: (path: string) => Promise<FileReport> } = {
  keras: kerasReport,
  h5: kerasReport,
  safetensors: safetensorsReport,
  npz: npzReport,
  npy: npyReport,
  onnx: onnxReport,
  checkpoint: checkpointReport,
};

/**
 * What a file of a model holds, without running anything.
 *
 * @param path a file, or a folder that `backupAndRestore` keeps a checkpoint in
 * @throws FileError as reading it: `notFound`, `corrupt`, `unsupported`
 */
export async function inspectFile(path: string): Promise<FileReport> {
  const { file, format } = await fileFormat(path);
  return REPORTS[format](file);
}
