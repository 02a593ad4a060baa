import { ManabiError } from '@manabi/errors';

/**
 * Splits a text into words by the rules and dictionaries of the platform's `Intl.Segmenter`. Segments that contain no
 * letter, digit or ideograph are dropped.
 *
 * @throws ManabiError `argument` for a locale that is not a language tag, or where `Intl.Segmenter` is missing
 */
export function segmentWords(op: string, text: string, locale: string): string[] {
  const words: string[] = [];
  for (const { segment, isWordLike } of segmenterFor(op, locale).segment(text)) {
    if (isWordLike) words.push(segment);
  }
  return words;
}

/** The segmenter of the last call: creating one takes longer than segmenting a sentence. */
let last: { readonly locale: string; readonly segmenter: Intl.Segmenter } | null = null;

function segmenterFor(op: string, locale: string): Intl.Segmenter {
  if (last?.locale === locale) return last.segmenter;
  if (typeof Intl.Segmenter !== 'function') {
    throw new ManabiError(
      'argument',
      "This platform has no Intl.Segmenter, which `split: 'word'` requires. Pass `analyzer`.",
      {
        op,
        data: { locale },
      },
    );
  }
  try {
    last = { locale, segmenter: new Intl.Segmenter(locale, { granularity: 'word' }) };
  } catch (cause) {
    throw new ManabiError(
      'argument',
      `\`locale\` must be a language tag such as 'ja'; got ${JSON.stringify(locale)}.`,
      {
        op,
        data: { locale },
        cause,
      },
    );
  }
  return last.segmenter;
}
