import { count, integer, type KindsOf, ManabiError, nullable, objectOf, oneOf, optional, text } from '@manabi/errors';
import { isPlainObject } from '@manabi/errors/internal';
import { fileError, readFields } from './component.ts';
import { type Encoding, encodingOf, joinEncodings, sliceEncoding } from './encoding.ts';

/** Limit on the number of tokens of an encoding. */
export interface TruncationOptions {
  /** Largest number of tokens, with special tokens. */
  readonly maxLength: number;
  /** Which text of a pair loses tokens (default: `'longestFirst'`). */
  readonly strategy?: 'longestFirst' | 'onlyFirst' | 'onlySecond';
  /** End at which tokens are removed (default: `'right'`). */
  readonly direction?: 'left' | 'right';
}

/** How encodings are filled up to the same length. */
export interface PaddingOptions {
  /** Number of tokens of each encoding; null for the longest of a batch (default: null). */
  readonly length?: number | null;
  /** End at which padding is added (default: `'right'`). */
  readonly direction?: 'left' | 'right';
  /** Lengths are rounded up to a multiple of this number (default: null, no rounding). */
  readonly padToMultipleOf?: number | null;
  /** Token of the vocabulary that is used as padding (default: `'[PAD]'`). */
  readonly padToken?: string;
  /** Type of padding tokens (default: 0). */
  readonly padTypeId?: number;
}

/** Truncation with defaults filled in. */
export type Truncation = Required<TruncationOptions>;

/** Padding with defaults filled in, and the index of the token. */
export type Padding = Required<PaddingOptions> & { readonly padId: number };

/** Validator of a number of tokens that encodings are padded to; more would exceed memory. */
const paddedLength = integer({ min: 0, max: 2 ** 24 });

const direction = optional(oneOf('left', 'right'), 'right');

export const truncationKind = objectOf({
  maxLength: count,
  strategy: optional(oneOf('longestFirst', 'onlyFirst', 'onlySecond'), 'longestFirst'),
  direction,
} satisfies KindsOf<TruncationOptions>);

export const paddingKind = objectOf({
  length: optional(nullable(paddedLength), null),
  direction,
  padToMultipleOf: optional(nullable(integer({ min: 1, max: 2 ** 24 })), null),
  padToken: optional(text, '[PAD]'),
  padTypeId: optional(count, 0),
} satisfies KindsOf<PaddingOptions>);

const strategies = { longestfirst: 'longestFirst', onlyfirst: 'onlyFirst', onlysecond: 'onlySecond' } as const;

/**
 * Reads the truncation of a tokenizer file.
 *
 * @throws ManabiError `file` for invalid fields, and for a `stride`, which returns several encodings per text
 */
export function readTruncation(given: unknown): Truncation | null {
  if (given === null || given === undefined) return null;
  const read = readFields('truncation', given, {
    direction,
    max_length: count,
    strategy: optional(oneOf('LongestFirst', 'OnlyFirst', 'OnlySecond'), 'LongestFirst'),
    stride: optional(count, 0),
  });
  if (read.stride > 0) throw fileError('truncation', '`stride` is not supported. Pass `truncation` to override it.');
  const name = Object.entries(strategies).find(([lower]) => lower === read.strategy.toLowerCase());
  return { maxLength: read.max_length, direction: read.direction, strategy: name?.[1] ?? 'longestFirst' };
}

/**
 * Reads the padding of a tokenizer file.
 *
 * @throws ManabiError `file` for invalid fields
 */
export function readPadding(given: unknown): Padding | null {
  if (given === null || given === undefined) return null;
  const isFixed = isPlainObject(given) && isPlainObject(given.strategy);
  const read = readFields('padding', isFixed ? { ...given, strategy: 'Fixed' } : given, {
    strategy: oneOf('BatchLongest', 'Fixed'),
    direction,
    pad_to_multiple_of: optional(nullable(paddedLength), null),
    pad_id: count,
    pad_type_id: count,
    pad_token: text,
  });
  const length = isFixed ? readFields('padding.strategy', given.strategy, { Fixed: paddedLength }).Fixed : null;
  return {
    length,
    direction: read.direction,
    padToMultipleOf: read.pad_to_multiple_of || null,
    padId: read.pad_id,
    padToken: read.pad_token,
    padTypeId: read.pad_type_id,
  };
}

/**
 * Shortens the encodings of one text or a pair to a total number of tokens.
 *
 * @param added number of special tokens that will be added
 * @throws ManabiError `argument` if special tokens alone exceed the limit, or if the text to shorten has too few tokens
 */
export function truncate(
  texts: readonly Encoding[],
  { maxLength, strategy, direction }: Truncation,
  added: number,
): readonly Encoding[] {
  const room = maxLength - added;
  if (room < 0) {
    throw new ManabiError(
      'argument',
      `\`maxLength\` must be at least ${added}, the number of special tokens; got ${maxLength}.`,
      {
        op: 'encode',
        data: { maxLength, added },
      },
    );
  }
  const lengths = texts.map(({ ids }) => ids.length);
  const excess = lengths.reduce((sum, length) => sum + length, 0) - room;
  if (excess <= 0) return texts;
  const kept = keptLengths(lengths, room, excess, strategy);
  return texts.map((text, i) => {
    const start = direction === 'left' ? Math.max(0, lengths[i] - kept[i]) : 0;
    return sliceEncoding(text, start, start + kept[i]);
  });
}

function keptLengths(
  lengths: readonly number[],
  room: number,
  excess: number,
  strategy: Truncation['strategy'],
): readonly number[] {
  if (strategy !== 'longestFirst' && room > 0) {
    const target = strategy === 'onlyFirst' ? 0 : 1;
    if (target >= lengths.length || lengths[target] <= excess) throw cannotTruncate(strategy, lengths, excess);
    return lengths.map((length, i) => (i === target ? length - excess : length));
  }
  if (lengths.length === 1 || room === 0) return lengths.map(() => room);
  const isSwapped = lengths[0] > lengths[1];
  let short = Math.min(...lengths);
  let long = short > room ? short : Math.max(short, room - short);
  if (short + long > room) {
    short = Math.floor(room / 2);
    long = short + (room % 2);
  }
  return isSwapped ? [long, short] : [short, long];
}

function cannotTruncate(strategy: string, lengths: readonly number[], excess: number): ManabiError {
  const why = lengths.length === 1 && strategy === 'onlySecond' ? 'There is no second text.' : 'It has too few tokens.';
  return new ManabiError(
    'argument',
    `Truncation '${strategy}' cannot remove ${excess} tokens from texts of ${lengths.join(' and ')} tokens. ${why} ` +
      "Use strategy 'longestFirst', or a larger `maxLength`.",
    { op: 'encode', data: { strategy, lengths, excess } },
  );
}

/** Fills encodings up to the same length; longer ones stay as they are. */
export function pad(encodings: readonly Encoding[], padding: Padding): Encoding[] {
  const multiple = padding.padToMultipleOf ?? 1;
  const longest = encodings.reduce((most, { ids }) => Math.max(most, ids.length), 0);
  const length = Math.ceil((padding.length ?? longest) / multiple) * multiple;
  return encodings.map((encoding) => {
    const missing = Math.max(0, length - encoding.ids.length);
    const token = { id: padding.padId, text: padding.padToken };
    const filling = encodingOf(
      Array.from({ length: missing }, () => token),
      padding.padTypeId,
      true,
    );
    const masked = { ...filling, attentionMask: filling.ids.map(() => 0) };
    return joinEncodings(padding.direction === 'left' ? [masked, encoding] : [encoding, masked]);
  });
}
