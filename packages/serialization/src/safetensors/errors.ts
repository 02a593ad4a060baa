import { FileError } from '@manabi/files';

/** The error for a file that breaks the rules of the format. */
export function corruptSafetensors(
  source: string,
  problem: string,
  facts: Readonly<Record<string, unknown>> = {},
  cause?: unknown,
): FileError {
  return new FileError('corrupt', `${source} is damaged, or no safetensors file: ${problem}.`, {
    data: { source, ...facts },
    cause,
  });
}
