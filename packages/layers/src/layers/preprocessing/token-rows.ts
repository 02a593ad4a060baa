import { ManabiError, type Shape } from '@manabi/core';
import { describeGiven, formatGiven } from '@manabi/errors/internal';

/** Largest number of levels of nested arrays, the largest rank of a tensor. */
const DEEPEST = 32;

/** Tokens in nested arrays: one, a list, or rows of the same shape. */
export type TokenRows<Token extends string | number> = Token | readonly TokenRows<Token>[];

/** Tokens in row-major order. */
export interface FlatTokens<Token> {
  readonly shape: Shape;
  readonly tokens: readonly Token[];
}

/**
 * Flattens nested arrays of tokens.
 *
 * @param type `typeof` of a token
 * @throws ManabiError `argument` for other values; `shape` for rows of different lengths
 */
export function flattenTokens<Token extends string | number>(
  op: string,
  rows: TokenRows<Token>,
  type: 'string' | 'number',
): FlatTokens<Token> {
  const isToken = (value: unknown): value is Token =>
    typeof value === type && (type === 'string' || Number.isInteger(value));
  const shape: number[] = [];
  for (let part: unknown = rows; Array.isArray(part); part = part[0]) {
    if (shape.length === DEEPEST) throw tooDeep(op);
    shape.push(part.length);
  }
  const tokens: Token[] = [];
  const visit = (part: unknown, axis: number): void => {
    if (axis < shape.length && Array.isArray(part)) {
      if (part.length !== shape[axis]) throw ragged(op, shape[axis], part.length);
      for (const item of part) visit(item, axis + 1);
    } else if (axis === shape.length && isToken(part)) {
      tokens.push(part);
    } else {
      throw notATokenError(op, type, part);
    }
  };
  visit(rows, 0);
  return { shape, tokens };
}

/** Returns an iterable of the batches of data: arrays are one batch, other iterables yield batches. */
export async function* batchesOfTokens<Batch>(
  op: string,
  data: Batch | Iterable<Batch> | AsyncIterable<Batch>,
  isBatch: (data: unknown) => data is Batch,
): AsyncGenerator<{ readonly batch: Batch; readonly isWhole: boolean }> {
  if (isBatch(data)) {
    yield { batch: data, isWhole: true };
    return;
  }
  const isIterable =
    typeof data === 'object' && data !== null && (Symbol.asyncIterator in data || Symbol.iterator in data);
  if (!isIterable) {
    throw new ManabiError(
      'argument',
      `Data for adapt() must be an array or an iterable of batches; got ${formatGiven(data)}.`,
      {
        op,
        data: { given: describeGiven(data) },
      },
    );
  }
  for await (const batch of data) {
    if (!isBatch(batch)) {
      throw new ManabiError('argument', `A batch for adapt() must be an array of tokens; got ${formatGiven(batch)}.`, {
        op,
      });
    }
    yield { batch, isWhole: false };
  }
}

function notATokenError(op: string, type: 'string' | 'number', given: unknown): ManabiError {
  const expected = type === 'string' ? 'strings' : 'integers';
  return new ManabiError(
    'argument',
    `The data must be ${expected} in arrays of the same shape; got ${formatGiven(given)}.`,
    {
      op,
      data: { given: describeGiven(given) },
    },
  );
}

function tooDeep(op: string): ManabiError {
  return new ManabiError('argument', `Arrays must be nested at most ${DEEPEST} levels deep.`, { op });
}

function ragged(op: string, expected: number, given: number): ManabiError {
  return new ManabiError(
    'shape',
    `All rows must have the same length; the first has ${expected}, another one ${given}. Pad shorter rows.`,
    { op, data: { expected, given } },
  );
}
