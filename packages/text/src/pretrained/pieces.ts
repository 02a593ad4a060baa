/** A part of a text on its way from the text to tokens. */
export interface Piece {
  readonly text: string;
  /** Whether the piece is at the start of the whole text. */
  readonly isFirst: boolean;
}

/** What happens to the matches at which a text is split. */
export type SplitBehavior = 'removed' | 'isolated' | 'mergedWithPrevious' | 'mergedWithNext' | 'contiguous';

/** Part of a text that matches, or lies between matches. */
interface Part {
  start: number;
  end: number;
  readonly isMatch: boolean;
}

/**
 * Splits a piece at the matches of a pattern.
 *
 * @param pattern a global regular expression
 * @param invert whether the text between matches counts as the matches
 */
export function splitPiece(piece: Piece, pattern: RegExp, behavior: SplitBehavior, invert = false): Piece[] {
  const { text, isFirst } = piece;
  return arrange(partsOf(text, pattern, invert), behavior)
    .filter(({ start, end }) => start < end)
    .map(({ start, end }) => ({ text: text.slice(start, end), isFirst: isFirst && start === 0 }));
}

function partsOf(text: string, pattern: RegExp, invert: boolean): Part[] {
  const parts: Part[] = [];
  let end = 0;
  for (const match of text.matchAll(pattern)) {
    const start = match.index;
    if (start > end) parts.push({ start: end, end: start, isMatch: invert });
    end = start + match[0].length;
    parts.push({ start, end, isMatch: !invert });
  }
  if (end < text.length) parts.push({ start: end, end: text.length, isMatch: invert });
  return parts;
}

function arrange(parts: Part[], behavior: SplitBehavior): Part[] {
  switch (behavior) {
    case 'isolated':
      return parts;
    case 'removed':
      return parts.filter(({ isMatch }) => !isMatch);
    case 'contiguous':
      return joined(parts, (part, previous) => part.isMatch === (previous?.isMatch ?? false));
    case 'mergedWithPrevious':
      return joined(parts, (part, previous) => part.isMatch && !(previous?.isMatch ?? false));
    case 'mergedWithNext':
      return joined(parts.reverse(), (part, previous) => part.isMatch && !(previous?.isMatch ?? false)).reverse();
  }
}

/** Joins each part to the one before it, in the given order, if a condition on the two holds. */
function joined(parts: readonly Part[], joins: (part: Part, previous: Part | undefined) => boolean): Part[] {
  const result: Part[] = [];
  let previous: Part | undefined;
  for (const part of parts) {
    const last = result[result.length - 1];
    if (last !== undefined && joins(part, previous)) {
      last.start = Math.min(last.start, part.start);
      last.end = Math.max(last.end, part.end);
    } else {
      result.push({ ...part });
    }
    previous = part;
  }
  return result;
}
