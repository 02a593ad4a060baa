import { text } from '@manabi/errors';
import { type ComponentReader, fileError, readFields } from './component.ts';

/** Replacements of SentencePiece: a double-array trie of UTF-8 bytes, and the texts that its values point to. */
interface CharacterMap {
  readonly units: Uint32Array;
  readonly replacements: Uint8Array;
}

/** Longest cluster of characters that is looked up as a whole, in bytes; a constant of the Python package. */
const LONGEST_CLUSTER = 5;

const encoder = new TextEncoder();

/**
 * Reads the normalizer of SentencePiece: a table of replacements of characters, and of clusters of a character and its
 * accents.
 *
 * @throws ManabiError `file` for a table that is damaged
 */
export const readPrecompiled: ComponentReader<(value: string) => string> = (given, path) => {
  const { precompiled_charsmap } = readFields(path, given, { precompiled_charsmap: text });
  const map = readMap(precompiled_charsmap, path);
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' });
  const replaced = (characters: string): string | null => {
    const start = find(map, encoder.encode(characters));
    if (start === null) return null;
    const end = map.replacements.indexOf(0, start);
    return decoder.decode(map.replacements.subarray(start, end < 0 ? undefined : end));
  };
  return (value) => {
    let normalized = '';
    for (const { segment } of segmenter.segment(value)) {
      const whole = encoder.encode(segment).length <= LONGEST_CLUSTER ? replaced(segment) : null;
      normalized += whole ?? Array.from(segment, (character) => replaced(character) ?? character).join('');
    }
    return normalized;
  };
};

function readMap(base64: string, path: string): CharacterMap {
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch (cause) {
    throw fileError(path, '`precompiled_charsmap` is not base64.', cause);
  }
  const view = new DataView(bytes.buffer);
  const size = bytes.length < 4 ? -1 : view.getUint32(0, true);
  if (size < 4 || size % 4 !== 0 || 4 + size > bytes.length) {
    throw fileError(path, '`precompiled_charsmap` is damaged: its table is incomplete.');
  }
  const units = Uint32Array.from({ length: size / 4 }, (_, i) => view.getUint32(4 + 4 * i, true));
  return { units, replacements: bytes.subarray(4 + size) };
}

/**
 * Returns the position of the replacement of the shortest entry with which the bytes begin, or null. The units of the
 * trie are those of the library Darts-clone: label, offset of the children, and whether an entry ends.
 */
function find({ units }: CharacterMap, bytes: Uint8Array): number | null {
  let position = offsetOf(units[0]);
  for (const byte of bytes) {
    if (byte === 0) return null;
    position ^= byte;
    // Beyond the end of a damaged table, `units` has no elements.
    const unit = units[position] ?? 0;
    if ((unit & 0x800000ff) >>> 0 !== byte) return null;
    position ^= offsetOf(unit);
    if ((unit >>> 8) & 1) return (units[position] ?? 0) & 0x7fffffff;
  }
  return null;
}

function offsetOf(unit: number): number {
  return (unit >>> 10) << ((unit & 0x200) >>> 6);
}
