import { FileError } from '@manabi/files';
import type { ImageFacts } from './image-format.ts';

/** An image file to decode. */
export interface DecodeRequest {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly facts: ImageFacts;
  /** Name of the file for messages. */
  readonly name: string;
  readonly exifOrientation: boolean;
}

/** Creates the error for a file that a decoder rejected. */
export function decodeError({ name, facts: { format } }: DecodeRequest, cause: unknown): FileError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new FileError('corrupt', `Cannot decode ${name} as ${format}: ${reason}. Repair or remove the file.`, {
    data: { source: name, format },
    cause,
  });
}
