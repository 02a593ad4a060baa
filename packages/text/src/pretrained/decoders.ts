import { boolean, count, type Kind, kind, optional, text } from '@manabi/errors';
import { bytesOfToken } from './byte-alphabet.ts';
import { type ComponentReader, readEach, readFields, readTyped } from './component.ts';
import { readPattern } from './normalizers.ts';
import { metaspaceKinds, prependScheme } from './pre-tokenizers.ts';

/** Converts the tokens of a text to parts of the text; the text is all parts in order. */
export type Decoder = (tokens: readonly string[]) => readonly string[];

const characterKind: Kind<string> = kind(
  'one character',
  (given): given is string => typeof given === 'string' && [...given].length === 1,
);

const readers: Readonly<Record<string, ComponentReader<Decoder>>> = {
  Sequence: (given, path) => {
    readFields(path, { ...given, decoders: undefined }, { decoders: optional(text) });
    const all = readEach(given, 'decoders', path, readDecoder);
    return (tokens) => all.reduce((parts, decode) => decode(parts), tokens);
  },
  ByteLevel: (given, path) => {
    readFields(path, given, {
      add_prefix_space: optional(boolean),
      trim_offsets: optional(boolean),
      use_regex: optional(boolean),
    });
    // A byte order mark in the middle of a text is a character of it.
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
    return (tokens) => [decoder.decode(Uint8Array.from(tokens.flatMap(bytesOfToken)))];
  },
  WordPiece: (given, path) => {
    const { prefix, cleanup } = readFields(path, given, { prefix: text, cleanup: boolean });
    return (tokens) =>
      tokens.map((token, i) => {
        const part = i === 0 ? token : token.startsWith(prefix) ? token.slice(prefix.length) : ` ${token}`;
        return cleanup ? cleanUp(part) : part;
      });
  },
  Metaspace: (given, path) => {
    const { replacement, ...options } = readFields(path, given, metaspaceKinds);
    const drops = prependScheme(options) !== 'never';
    return (tokens) => tokens.map((token, i) => token.replaceAll(replacement, drops && i === 0 ? '' : ' '));
  },
  BPEDecoder: (given, path) => {
    const { suffix } = readFields(path, given, { suffix: text });
    return (tokens) => tokens.map((token, i) => token.replaceAll(suffix, i === tokens.length - 1 ? '' : ' '));
  },
  ByteFallback: (given, path) => {
    readFields(path, given, {});
    return joinBytes;
  },
  Fuse: (given, path) => {
    readFields(path, given, {});
    return (tokens) => [tokens.join('')];
  },
  Strip: (given, path) => {
    const { content, start, stop } = readFields(path, given, { content: characterKind, start: count, stop: count });
    return (tokens) => tokens.map((token) => strip(token, content, start, stop));
  },
  Replace: (given, path) => {
    const { content } = readFields(path, { ...given, pattern: undefined }, { content: text, pattern: optional(text) });
    const pattern = readPattern(given.pattern, path);
    return (tokens) => tokens.map((token) => token.replace(pattern, () => content));
  },
};

/**
 * Reads the decoder of a tokenizer file.
 *
 * @throws ManabiError `file` for types and fields that are not supported, such as `CTC`
 */
export function readDecoder(given: unknown, path: string): Decoder {
  return readTyped(readers, given, path);
}

/** Contractions and punctuation that WordPiece's decoder joins to the word before them, in this order. */
const JOINED = [
  [' .', '.'],
  [' ?', '?'],
  [' !', '!'],
  [' ,', ','],
  [" ' ", "'"],
  [" n't", "n't"],
  [" 'm", "'m"],
  [' do not', " don't"],
  [" 's", "'s"],
  [" 've", "'ve"],
  [" 're", "'re"],
] as const;

function cleanUp(token: string): string {
  return JOINED.reduce((part, [from, to]) => part.replaceAll(from, to), token);
}

/** Replaces runs of tokens `<0x…>` by the text of their bytes, or each by U+FFFD if the bytes are not UTF-8. */
function joinBytes(tokens: readonly string[]): readonly string[] {
  const parts: string[] = [];
  let bytes: number[] = [];
  const flush = (): void => {
    parts.push(...textOf(bytes));
    bytes = [];
  };
  for (const token of tokens) {
    const byte = /^<0x([0-9a-fA-F]{2})>$/.exec(token);
    if (byte === null) {
      flush();
      parts.push(token);
    } else {
      bytes.push(Number.parseInt(byte[1], 16));
    }
  }
  flush();
  return parts;
}

function textOf(bytes: readonly number[]): readonly string[] {
  if (bytes.length === 0) return [];
  try {
    return [new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(bytes))];
  } catch {
    return bytes.map(() => '\uFFFD');
  }
}

/** Removes up to `start` and `stop` characters equal to `content` from the two ends of a token. */
function strip(token: string, content: string, start: number, stop: number): string {
  const characters = Array.from(token);
  let [begin, end] = [0, characters.length];
  while (begin < start && characters[begin] === content) begin++;
  while (characters.length - end < stop && end > begin && characters[end - 1] === content) end--;
  return characters.slice(begin, end).join('');
}
