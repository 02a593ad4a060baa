import { FileError } from './file-error.ts';

/**
 * Decodes UTF-8 bytes.
 *
 * @throws FileError `corrupt` if the bytes are not UTF-8
 */
export function decodeText(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new FileError('corrupt', `${name} is not UTF-8 text. Convert it to UTF-8, or read it with readBytes().`, {
      data: { source: name },
      cause,
    });
  }
}
