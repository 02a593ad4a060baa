import { readBytes } from '@manabi/files';
import { onnx } from 'manabi';
import type { FileReport } from './file-report.ts';

/** Describes the contents of an ONNX file. */
export async function onnxReport(path: string): Promise<FileReport> {
  const bytes = await readBytes(path);
  const { parameters, ...facts } = onnx.inspectOnnx(bytes, path);
  return { format: 'onnx', facts: { bytes: bytes.length, ...facts }, arrays: parameters };
}
