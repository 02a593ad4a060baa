import { FileError } from './file-error.ts';

/**
 * Decodes UTF-8 bytes.
 *
 * @throws FileError `corrupt` if the bytes are not UTF-8; `tooLarge` if strings of this JavaScript engine cannot be so long
 */
export function decodeText(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    // Invalid bytes are a TypeError; its name is compared because the decoder may belong to another realm.
    if (typeof cause === 'object' && cause !== null && !('name' in cause && cause.name === 'TypeError')) {
      const message = `${name} has ${bytes.length} bytes, more than a string can hold here. Read it with readBytes() or openStream().`;
      throw new FileError('tooLarge', message, { data: { source: name, bytes: bytes.length }, cause });
    }
    throw new FileError('corrupt', `${name} is not UTF-8 text. Convert it to UTF-8, or read it with readBytes().`, {
      data: { source: name },
      cause,
    });
  }
}
