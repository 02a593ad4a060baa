import { FileError, fileSize } from '@manabi/files';
import { openSafetensors } from 'manabi';
import { tensorReports } from './array-files.ts';
import type { FileReport } from './file-report.ts';

/**
 * Describes a checkpoint file: the epoch and step at which it was saved, and its tensors.
 *
 * @throws FileError `corrupt` if the file is not a checkpoint
 */
export async function checkpointReport(path: string): Promise<FileReport> {
  const file = await openSafetensors(path);
  try {
    const { format, version, state = '' } = file.metadata;
    if (format !== 'manabi.checkpoint') {
      throw new FileError(
        'corrupt',
        `${path} is not a checkpoint: its metadata lacks format 'manabi.checkpoint'. Use a file of backupAndRestore.`,
        {
          data: { source: path, format: format ?? null },
        },
      );
    }
    const { optimizer = null, progress } = recordOf(parsed(path, state));
    const { epoch = null, step = null, logs = {} } = recordOf(progress);
    return {
      format: 'checkpoint',
      facts: { bytes: await fileSize(path), version, optimizer, epoch, step, logs },
      arrays: tensorReports(file.tensors),
    };
  } finally {
    await file.close();
  }
}

function parsed(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new FileError(
      'corrupt',
      `${path} is corrupt: the training state in its metadata is not valid JSON. Use another checkpoint.`,
      {
        data: { source: path },
        cause: error,
      },
    );
  }
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}
