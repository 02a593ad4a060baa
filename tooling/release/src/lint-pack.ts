import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

/**
 * Asks publint: do the files that `exports` names exist, are they modules, in an order that every tool reads right?
 *
 * @param bytes the tarball
 */
export async function lintPack(bytes: Uint8Array): Promise<readonly string[]> {
  const tarball = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  if (!(tarball instanceof ArrayBuffer)) throw new TypeError('A file is read into plain memory.');
  const { messages, pkg } = await publint({ pack: { tarball }, strict: true });
  return messages.map((message) => `publint, ${message.type}: ${formatMessage(message, pkg) ?? message.code}`);
}
