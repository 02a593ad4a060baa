import { boolean, type KindsOf, ManabiError, optional, readOptions, text } from '@manabi/errors';

/** Options of functions that split texts into words. */
export interface WordOptions {
  /**
   * Characters that separate words, in addition to `split` (default: ASCII punctuation except the apostrophe, tab and
   * line feed).
   */
  readonly filters?: string;
  /** Whether texts are converted to lower case (default: true). */
  readonly lower?: boolean;
  /**
   * Separator between words (default: `' '`), or `'word'` to find words with `Intl.Segmenter`, for languages that are
   * written without spaces. `'word'` requires `locale`.
   */
  readonly split?: string;
  /** Language of the texts, such as `'ja'`; only with `split: 'word'`. */
  readonly locale?: string;
}

/** Characters that Keras removes from texts by default. */
const DEFAULT_FILTERS = '!"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n';

/** Value of `split` that selects segmentation by `Intl.Segmenter`. */
const SEGMENTED = 'word';

export const wordKinds = {
  filters: optional(text, DEFAULT_FILTERS),
  lower: optional(boolean, true),
  split: optional(text, ' '),
  locale: optional(text),
} satisfies KindsOf<WordOptions>;

/** Values of `WordOptions` with defaults filled in. */
export interface WordSettings {
  readonly filters: string;
  readonly lower: boolean;
  readonly split: string;
  readonly locale: string | undefined;
}

/**
 * Checks the options that concern words, and their combination.
 *
 * @throws ManabiError `argument` for invalid options, an empty `split`, or only one of `split: 'word'` and `locale`
 */
export function readWordOptions(op: string, options: WordOptions): WordSettings {
  const settings = readOptions(op, options, wordKinds);
  checkSplit(op, settings);
  return settings;
}

/** Checks that `split` and `locale` match. */
export function checkSplit(op: string, { split, locale }: Pick<WordSettings, 'split' | 'locale'>): void {
  if (split === '') {
    throw new ManabiError(
      'argument',
      "`split` must not be empty. Pass a separator such as ' ', or 'word' with `locale`.",
      {
        op,
        data: { split },
      },
    );
  }
  if (split === SEGMENTED && locale === undefined) {
    throw new ManabiError(
      'argument',
      "`split: 'word'` requires `locale`, the language of the texts. Pass for example locale: 'ja'.",
      { op, data: { split, locale } },
    );
  }
  if (split !== SEGMENTED && locale !== undefined) {
    throw new ManabiError(
      'argument',
      `\`locale\` requires \`split: 'word'\`; got split ${JSON.stringify(split)}. Pass split: 'word', or omit \`locale\`.`,
      { op, data: { split, locale } },
    );
  }
}
