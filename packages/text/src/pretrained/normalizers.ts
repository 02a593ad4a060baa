import { boolean, nullable, optional, text } from '@manabi/errors';
import { isPlainObject } from '@manabi/errors/internal';
import { toByteCharacters } from './byte-alphabet.ts';
import { type ComponentReader, fileError, readEach, readFields, readTyped } from './component.ts';
import { translateRegExp } from './oniguruma.ts';
import { readPrecompiled } from './precompiled.ts';

/** Changes a text before it is split. */
export type Normalizer = (text: string) => string;

const readers: Readonly<Record<string, ComponentReader<Normalizer>>> = {
  Sequence: (given, path) => {
    readFields(path, { ...given, normalizers: undefined }, { normalizers: optional(text) });
    const all = readEach(given, 'normalizers', path, readNormalizer);
    return (value) => all.reduce((changed, normalize) => normalize(changed), value);
  },
  BertNormalizer: (given, path) => {
    const options = readFields(path, given, {
      clean_text: optional(boolean, true),
      handle_chinese_chars: optional(boolean, true),
      strip_accents: optional(nullable(boolean), null),
      lowercase: optional(boolean, true),
    });
    const steps = [
      ...(options.clean_text ? [cleanText] : []),
      ...(options.handle_chinese_chars ? [isolateIdeographs] : []),
      ...((options.strip_accents ?? options.lowercase) ? [stripNonSpacing] : []),
      ...(options.lowercase ? [lowerCase] : []),
    ];
    return (value) => steps.reduce((changed, step) => step(changed), value);
  },
  NFC: unicodeForm('NFC'),
  NFD: unicodeForm('NFD'),
  NFKC: unicodeForm('NFKC'),
  NFKD: unicodeForm('NFKD'),
  Lowercase: (given, path) => {
    readFields(path, given, {});
    return lowerCase;
  },
  StripAccents: (given, path) => {
    readFields(path, given, {});
    return (value) => value.replace(/\p{M}/gu, '');
  },
  Strip: (given, path) => {
    const { strip_left, strip_right } = readFields(path, given, { strip_left: boolean, strip_right: boolean });
    return (value) => {
      const left = strip_left ? value.replace(/^\p{White_Space}+/u, '') : value;
      return strip_right ? left.replace(/\p{White_Space}+$/u, '') : left;
    };
  },
  Replace: (given, path) => {
    const { content } = readFields(path, { ...given, pattern: undefined }, { content: text, pattern: optional(text) });
    const pattern = readPattern(given.pattern, path);
    return (value) => value.replace(pattern, () => content);
  },
  Precompiled: readPrecompiled,
  Nmt: (given, path) => {
    readFields(path, given, {});
    return withoutControls;
  },
  Prepend: (given, path) => {
    const { prepend } = readFields(path, given, { prepend: text });
    return (value) => (value === '' ? '' : prepend + value);
  },
  ByteLevel: (given, path) => {
    readFields(path, given, {});
    return toByteCharacters;
  },
};

/**
 * Reads the normalizer of a tokenizer file.
 *
 * @throws ManabiError `file` for types and fields that are not supported, with their names
 */
export function readNormalizer(given: unknown, path: string): Normalizer {
  return readTyped(readers, given, path);
}

/**
 * Reads a pattern of a tokenizer file: `{ String: … }` or `{ Regex: … }`.
 *
 * @throws ManabiError `file` for other values, and for regular expressions that have no translation
 */
export function readPattern(given: unknown, path: string): RegExp {
  if (isPlainObject(given) && typeof given.String === 'string' && given.String !== '') {
    return new RegExp(given.String.replace(/[\^$\\.*+?()[\]{}|/]/g, '\\$&'), 'gu');
  }
  if (isPlainObject(given) && typeof given.Regex === 'string') return translateRegExp(given.Regex, path);
  throw fileError(path, '`pattern` must be an object { String } or { Regex }.');
}

function unicodeForm(form: 'NFC' | 'NFD' | 'NFKC' | 'NFKD'): ComponentReader<Normalizer> {
  return (given, path) => {
    readFields(path, given, {});
    return (value) => value.normalize(form);
  };
}

/** Converts single characters: the lower case of Σ does not depend on its position in a word. */
function lowerCase(value: string): string {
  return Array.from(value, (character) => character.toLowerCase()).join('');
}

/** Drops control characters, and replaces white space by spaces. */
function cleanText(value: string): string {
  return value.replace(/\uFFFD|(?![\t\n\r])[\p{Cc}\p{Cf}\p{Co}]/gu, '').replace(/\p{White_Space}/gu, ' ');
}

/** Drops control characters, and replaces other invisible characters and the mark of SentencePiece by spaces. */
function withoutControls(value: string): string {
  const kept = Array.from(value, (character) => (isDroppedControl(character.codePointAt(0) ?? 0) ? '' : character));
  return kept.join('').replace(/[\t\n\f\r\u1680\u200B-\u200F\u2028\u2029\u2581\uFEFF\uFFFD]/g, ' ');
}

function isDroppedControl(code: number): boolean {
  const isAscii = (code >= 0x1 && code <= 0x8) || code === 0xb || (code >= 0xe && code <= 0x1f) || code === 0x7f;
  return isAscii || code === 0x8f || code === 0x9f;
}

function isolateIdeographs(value: string): string {
  return value.replace(
    /[\u4E00-\u9FFF\u3400-\u4DBF\u{20000}-\u{2A6DF}\u{2A700}-\u{2B73F}\u{2B740}-\u{2B81F}\u{2B920}-\u{2CEAF}\uF900-\uFAFF\u{2F800}-\u{2FA1F}]/gu,
    ' $& ',
  );
}

function stripNonSpacing(value: string): string {
  return value.normalize('NFD').replace(/\p{Mn}/gu, '');
}
