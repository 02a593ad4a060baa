import { FileError } from '@manabi/files';

/** Returns the error for an invalid safetensors file. */
export function corruptSafetensors(
  source: string,
  problem: string,
  facts: Readonly<Record<string, unknown>> = {},
  cause?: unknown,
): FileError {
  return new FileError(
    'corrupt',
    `Cannot read ${source} as a safetensors file: ${problem}. Check the format, or download the file again.`,
    {
      data: { source, ...facts },
      cause,
    },
  );
}
