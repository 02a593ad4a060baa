import { FileError, fileSize } from '@manabi/files';
import { openSafetensors } from 'manabi';
import { tensorReports } from './array-files.ts';
import type { FileReport } from './file-report.ts';

/**
 * What a checkpoint holds: how far its training has come, and the tensors of its state.
 *
 * @throws FileError `corrupt` for a file that is none
 */
export async function checkpointReport(path: string): Promise<FileReport> {
  const file = await openSafetensors(path);
  try {
    const { format, version, state = '' } = file.metadata;
    if (format !== 'manabi.checkpoint') {
      throw new FileError('corrupt', `${path} is no checkpoint: it does not say that it is one.`, {
        data: { source: path, format: format ?? null },
      });
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
    throw new FileError('corrupt', `${path} is damaged: its state is no JSON.`, {
      data: { source: path },
      cause: error,
    });
  }
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}
