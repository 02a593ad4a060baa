import type { Token } from './models/model.ts';

/** A text as tokens. All arrays have the same length. */
export interface Encoding {
  /** Indices of the tokens. */
  readonly ids: readonly number[];
  /** Texts of the tokens. */
  readonly tokens: readonly string[];
  /** Which of the two texts of a pair each token belongs to, as the tokenizer file says. */
  readonly typeIds: readonly number[];
  /** 1 for tokens of the text and special tokens, 0 for padding. */
  readonly attentionMask: readonly number[];
  /** 1 for tokens that were added around the text, and for padding. */
  readonly specialTokensMask: readonly number[];
}

/** Returns the encoding of tokens of a text. */
export function encodingOf(tokens: readonly Token[], typeId: number, isSpecial = false): Encoding {
  return {
    ids: tokens.map(({ id }) => id),
    tokens: tokens.map(({ text }) => text),
    typeIds: tokens.map(() => typeId),
    attentionMask: tokens.map(() => 1),
    specialTokensMask: tokens.map(() => (isSpecial ? 1 : 0)),
  };
}

/** Joins encodings in order. */
export function joinEncodings(parts: readonly Encoding[]): Encoding {
  return {
    ids: parts.flatMap(({ ids }) => ids),
    tokens: parts.flatMap(({ tokens }) => tokens),
    typeIds: parts.flatMap(({ typeIds }) => typeIds),
    attentionMask: parts.flatMap(({ attentionMask }) => attentionMask),
    specialTokensMask: parts.flatMap(({ specialTokensMask }) => specialTokensMask),
  };
}

/** Returns an encoding with the tokens in [start, end). */
export function sliceEncoding(encoding: Encoding, start: number, end: number): Encoding {
  return {
    ids: encoding.ids.slice(start, end),
    tokens: encoding.tokens.slice(start, end),
    typeIds: encoding.typeIds.slice(start, end),
    attentionMask: encoding.attentionMask.slice(start, end),
    specialTokensMask: encoding.specialTokensMask.slice(start, end),
  };
}

/** Returns an encoding with the same type for all tokens. */
export function withTypeId(encoding: Encoding, typeId: number): Encoding {
  return { ...encoding, typeIds: encoding.ids.map(() => typeId) };
}
