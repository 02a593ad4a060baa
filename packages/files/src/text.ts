import { FileError } from './file-error.ts';

/**
 * The text that UTF-8 bytes spell.
 *
 * @throws FileError `corrupt` if they spell none.
 */
export function decodeText(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new FileError('corrupt', `${name} is not UTF-8 text.`, { data: { source: name }, cause });
  }
}
