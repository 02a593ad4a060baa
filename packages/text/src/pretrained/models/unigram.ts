import { anything, boolean, count, nullable, optional } from '@manabi/errors';
import { type ComponentReader, fileError, readFields } from '../component.ts';
import { type Model, modelOf, type Token, type Vocabulary } from './model.ts';
import { byteTokens } from './vocabulary.ts';

const kinds = {
  unk_id: optional(nullable(count), null),
  byte_fallback: optional(boolean, false),
  vocab: anything('an array'),
};

/** Penalty of an unknown character, relative to the lowest score of the vocabulary; SentencePiece's constant. */
const UNKNOWN_PENALTY = 10;

/** Best split of the text up to a position. */
interface Path {
  readonly score: number;
  readonly start: number;
  readonly isUnknown: boolean;
}

interface ScoredVocabulary extends Vocabulary {
  readonly scores: readonly number[];
  /** Length of the longest token, in UTF-16 code units. */
  readonly longest: number;
  readonly lowest: number;
}

/**
 * Reads a unigram language model: of all splits of a word into tokens, the one with the largest sum of scores
 * (logarithms of probabilities) is taken. Adjacent unknown characters become one token.
 *
 * @throws ManabiError `file` for invalid fields
 */
export const readUnigram: ComponentReader<Model> = (given, path) => {
  const options = readFields(path, given, kinds);
  const vocabulary = readScores(options.vocab, path);
  const unknown = options.unk_id;
  if (unknown !== null && unknown >= vocabulary.scores.length) {
    throw fileError(
      path,
      `\`unk_id\` must be less than the size of the vocabulary, ${vocabulary.scores.length}; got ${unknown}.`,
    );
  }
  const tokensOf = (text: string): readonly Token[] => {
    const id = vocabulary.ids.get(text);
    if (id !== undefined) return [{ id, text }];
    const bytes = options.byte_fallback ? byteTokens(vocabulary, text) : null;
    if (bytes !== null) return bytes;
    if (unknown === null) throw fileError(path, `no token covers ${JSON.stringify(text)}, and \`unk_id\` is null.`);
    return [{ id: unknown, text }];
  };
  return modelOf(vocabulary, (word) => bestSplit(word, vocabulary, unknown).flatMap(tokensOf));
};

function bestSplit(word: string, { ids, scores, longest, lowest }: ScoredVocabulary, unknown: number | null): string[] {
  const paths: (Path | undefined)[] = [{ score: 0, start: 0, isUnknown: false }];
  const offer = (end: number, path: Path): void => {
    const best = paths[end];
    if (best === undefined || path.score > best.score) paths[end] = path;
  };
  for (let start = 0; start < word.length; ) {
    const before = paths[start]?.score ?? 0;
    const step = (word.codePointAt(start) ?? 0) > 0xffff ? 2 : 1;
    let hasCharacter = false;
    for (let end = start + step; end <= Math.min(word.length, start + longest); end++) {
      const id = ids.get(word.slice(start, end));
      if (id === undefined) continue;
      offer(end, { score: scores[id] + before, start, isUnknown: id === unknown });
      hasCharacter ||= end === start + step;
    }
    if (!hasCharacter) offer(start + step, { score: lowest - UNKNOWN_PENALTY + before, start, isUnknown: true });
    start += step;
  }
  const parts: string[] = [];
  let followsUnknown = false;
  for (let end = word.length; end > 0; ) {
    const { start, isUnknown } = paths[end] ?? { start: end - 1, isUnknown: true };
    const part = word.slice(start, end);
    if (isUnknown && followsUnknown) parts[parts.length - 1] = part + parts[parts.length - 1];
    else parts.push(part);
    followsUnknown = isUnknown;
    end = start;
  }
  return parts.reverse();
}

function readScores(given: unknown, path: string): ScoredVocabulary {
  if (!Array.isArray(given)) throw fileError(path, '`vocab` must be an array of [token, score].');
  const ids = new Map<string, number>();
  const tokens = new Map<number, string>();
  const scores = given.map((entry: unknown, id) => {
    const [token, score]: readonly unknown[] = Array.isArray(entry) ? entry : [];
    if (typeof token !== 'string' || typeof score !== 'number') {
      throw fileError(path, `\`vocab[${id}]\` must be [token, score].`);
    }
    ids.set(token, id);
    tokens.set(id, token);
    return score;
  });
  const longest = [...ids.keys()].reduce((most, token) => Math.max(most, token.length), 1);
  const lowest = scores.reduce((least, score) => Math.min(least, score), Number.POSITIVE_INFINITY);
  return { ids, tokens, scores, longest, lowest };
}
