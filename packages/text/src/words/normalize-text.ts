import {
  boolean,
  type KindsOf,
  nullable,
  oneOf,
  optional,
  readArgument,
  readOptions,
  text as textKind,
} from '@manabi/errors';

/** Options of `normalizeText`. */
export interface NormalizeTextOptions {
  /** Unicode normalization form; null for none (default: `'NFKC'`). */
  readonly form?: 'NFC' | 'NFD' | 'NFKC' | 'NFKD' | null;
  /** Whether the text is converted to lower case (default: true). */
  readonly lower?: boolean;
  /**
   * Whether full-width Latin letters, digits and punctuation become ASCII, half-width kana become full-width, and the
   * ideographic space becomes a space (default: true). NFKC and NFKD include this.
   */
  readonly width?: boolean;
}

const kinds = {
  form: optional(nullable(oneOf('NFC', 'NFD', 'NFKC', 'NFKD')), 'NFKC'),
  lower: optional(boolean, true),
  width: optional(boolean, true),
} satisfies KindsOf<NormalizeTextOptions>;

/** Ideographic space, and the block of half-width and full-width forms. */
const WIDTH_FORMS = /[\u3000\uFF01-\uFFEE]+/g;

/**
 * Converts different spellings of the same text to one: compatibility forms (NFKC), widths of characters, and case.
 *
 * @throws ManabiError `argument` for invalid arguments
 * @example
 * ```ts
 * import { normalizeText } from '@manabi/text';
 *
 * console.log(normalizeText('ＡＢＣ　ｶﾞｲﾄﾞ ①')); // abc ガイド 1
 * console.log(normalizeText('ＡＢＣ　ｶﾞｲﾄﾞ ①', { form: null, lower: false })); // ABC ガイド ①
 * ```
 */
export function normalizeText(text: string, options: NormalizeTextOptions = {}): string {
  const given = readArgument('normalizeText', 'text', text, textKind);
  const { form, lower, width } = readOptions('normalizeText', options, kinds);
  const even = width ? given.replace(WIDTH_FORMS, (run) => run.normalize('NFKC')) : given;
  const normal = form === null ? even : even.normalize(form);
  return lower ? normal.toLowerCase() : normal;
}
