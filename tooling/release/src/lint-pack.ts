import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

/**
 * Checks a tarball with publint: the files in `exports` exist and are modules, and the conditions in `exports` are in
 * an order that works in all tools.
 *
 * @param bytes bytes of the tarball
 */
export async function lintPack(bytes: Uint8Array): Promise<readonly string[]> {
  const tarball = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  if (!(tarball instanceof ArrayBuffer)) throw new TypeError('The bytes of a tarball must be in an ArrayBuffer.');
  const { messages, pkg } = await publint({ pack: { tarball }, strict: true });
  return messages.map((message) => `publint, ${message.type}: ${formatMessage(message, pkg) ?? message.code}`);
}
