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
 * Describes the contents of a model file without running the model.
 *
 * @param path a file, or a checkpoint folder of `backupAndRestore`
 * @throws FileError `notFound`, `corrupt`, `unsupported` from reading the file
 */
export async function inspectFile(path: string): Promise<FileReport> {
  const { file, format } = await fileFormat(path);
  return REPORTS[format](file);
}
