import type { FileKind } from './file-kinds.ts';

/** Characters that text does not contain: control characters other than white space. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: matching control characters is the purpose
const NOT_TEXT = /[\u0000-\u0008\u000e-\u001a\u001c-\u001f\ufffd]/;

/** Returns the format of a text file, recognized by its first bytes; null for binary data. */
export function textKind(head: Uint8Array): FileKind | null {
  // The last character may be incomplete.
  const text = new TextDecoder().decode(head).replace(/\ufffd{1,3}$/, '');
  if (NOT_TEXT.test(text)) return null;
  const start = text.trimStart();
  if (start.startsWith('version https://git-lfs.github.com/spec/')) return 'gitLfs';
  if (/^<(!doctype html|html|head|body|!--)/i.test(start)) return 'html';
  if (!/^[{[]/.test(start)) return 'text';
  if (/"(modelTopology|weightsManifest)"\s*:/.test(text)) return 'tensorFlowJs';
  if (/"weight_map"\s*:/.test(text)) return 'kerasShards';
  return /"class_name"\s*:/.test(text) && /"config"\s*:/.test(text) ? 'kerasConfig' : 'json';
}
