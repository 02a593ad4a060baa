import { npyReport, npzReport, safetensorsReport } from './array-files.ts';
import { type FileFormat, fileFormat } from './file-format.ts';
import type { FileReport } from './file-report.ts';
import { kerasReport } from './keras-file.ts';
import { onnxReport } from './onnx-file.ts';

const REPORTS: { readonly [K in FileFormat]: (path: string) => Promise<FileReport> } = {
  keras: (path) => kerasReport(path, 'keras'),
  h5: (path) => kerasReport(path, 'h5'),
  safetensors: safetensorsReport,
  npz: npzReport,
  npy: npyReport,
  onnx: onnxReport,
};

/**
 * What a file of a model holds, without running anything.
 *
 * @throws FileError as reading it: `notFound`, `corrupt`, `unsupported`
 */
export async function inspectFile(path: string): Promise<FileReport> {
  return REPORTS[await fileFormat(path)](path);
}
