import {
  anything,
  boolean,
  count,
  type KindsOf,
  listOf,
  ManabiError,
  nullable,
  optional,
  readArgument,
  readOptions,
  text as textKind,
} from '@manabi/errors';
import { formatGiven } from '@manabi/errors/internal';
import { type FileSource, type ReadOptions, readKinds, readText } from '@manabi/files';
import { type AddedToken, readAddedTokens, type TokenFinder, tokenFinder } from './added-tokens.ts';
import { fileError, readFields } from './component.ts';
import { type Decoder, readDecoder } from './decoders.ts';
import { type Encoding, encodingOf } from './encoding.ts';
import {
  type Padding,
  type PaddingOptions,
  pad,
  paddingKind,
  readPadding,
  readTruncation,
  type Truncation,
  type TruncationOptions,
  truncate,
  truncationKind,
} from './length-options.ts';
import type { Model, Token } from './models/model.ts';
import { readModel } from './models/read-model.ts';
import { type Normalizer, readNormalizer } from './normalizers.ts';
import { joiningProcessor, type PostProcessor, readPostProcessor } from './post-processors.ts';
import { type PreTokenizer, readPreTokenizer } from './pre-tokenizers.ts';

/** Options that override those of a tokenizer file. */
export interface PretrainedTokenizerOptions {
  /** Limit on the number of tokens; null for none (default: as in the file). */
  readonly truncation?: TruncationOptions | null;
  /** Padding; null for none (default: as in the file). */
  readonly padding?: PaddingOptions | null;
}

/** Options of `encode`. */
export interface EncodeOptions {
  /** Second text, for models that take pairs. */
  readonly pair?: string;
  /** Whether special tokens are added around the text, such as `[CLS]` and `[SEP]` (default: true). */
  readonly addSpecialTokens?: boolean;
}

/** Options of `encodeBatch`. */
export interface EncodeBatchOptions {
  /** Second texts, one for each text, for models that take pairs. */
  readonly pairs?: readonly string[];
  /** Whether special tokens are added around the texts (default: true). */
  readonly addSpecialTokens?: boolean;
}

/** Options of `decode`. */
export interface DecodeOptions {
  /** Whether special tokens are left out (default: true). */
  readonly skipSpecialTokens?: boolean;
}

const ownKinds = {
  truncation: optional(nullable(truncationKind)),
  padding: optional(nullable(paddingKind)),
} satisfies KindsOf<PretrainedTokenizerOptions>;

const encodeKinds = {
  pair: optional(textKind),
  addSpecialTokens: optional(boolean, true),
} satisfies KindsOf<EncodeOptions>;

const batchKinds = {
  pairs: optional(listOf(textKind)),
  addSpecialTokens: optional(boolean, true),
} satisfies KindsOf<EncodeBatchOptions>;

const decodeKinds = { skipSpecialTokens: optional(boolean, true) } satisfies KindsOf<DecodeOptions>;

/** The parts of a tokenizer file. */
interface Parts {
  readonly model: Model;
  readonly addedTokens: readonly AddedToken[];
  readonly normalizer: Normalizer;
  readonly preTokenizer: PreTokenizer | null;
  readonly postProcessor: PostProcessor;
  readonly decoder: Decoder | null;
  readonly truncation: Truncation | null;
  readonly padding: Padding | null;
}

/**
 * A tokenizer that was trained elsewhere, such as GPT-2's or BERT's; see `loadTokenizer`. It returns the tokens that the
 * Python package `tokenizers` returns for the same file.
 *
 * @example
 * ```ts
 * import { readTokenizer } from '@manabi/text';
 *
 * const model = { type: 'WordLevel', vocab: { '<unk>': 0, hello: 1, world: 2 } };
 * const tokenizer = readTokenizer({ model, pre_tokenizer: { type: 'Whitespace' } });
 * console.log(tokenizer.encode('hello new world').tokens); // ['hello', '<unk>', 'world']
 * ```
 */
export class PretrainedTokenizer {
  readonly #parts: Parts;
  readonly #added: ReadonlyMap<number, AddedToken>;
  readonly #addedIds: ReadonlyMap<string, number>;
  readonly #find: TokenFinder;
  readonly #findNormalized: TokenFinder;

  /** @internal */
  constructor(parts: Parts) {
    const { addedTokens, normalizer } = parts;
    this.#parts = parts;
    this.#added = new Map(addedTokens.map((token) => [token.id, token]));
    this.#addedIds = new Map(addedTokens.map(({ content, id }) => [content, id]));
    this.#find = tokenFinder(
      addedTokens.filter(({ normalized }) => !normalized),
      (content) => content,
    );
    this.#findNormalized = tokenFinder(
      addedTokens.filter(({ normalized }) => normalized),
      normalizer,
    );
  }

  /** Number of tokens, with added ones: the `inputDim` of an embedding if indices have no gaps. */
  get vocabularySize(): number {
    const { model, addedTokens } = this.#parts;
    return model.size + addedTokens.filter(({ content }) => model.idOf(content) === undefined).length;
  }

  /** Returns the index of a token, or undefined for a text that is not a token. */
  tokenToId(token: string): number | undefined {
    const given = readArgument('tokenToId', 'token', token, textKind);
    return this.#addedIds.get(given) ?? this.#parts.model.idOf(given);
  }

  /** Returns the token with an index, or undefined for an index that no token has. */
  idToToken(id: number): string | undefined {
    const given = readArgument('idToToken', 'id', id, count);
    return this.#added.get(given)?.content ?? this.#parts.model.tokenOf(given);
  }

  /**
   * Converts a text, or a pair of texts, to tokens, with the truncation and padding of the tokenizer.
   *
   * @throws ManabiError `argument` for invalid arguments, or if the text cannot be truncated
   */
  encode(text: string, options: EncodeOptions = {}): Encoding {
    const given = readArgument('encode', 'text', text, textKind);
    const { pair, addSpecialTokens } = readOptions('encode', options, encodeKinds);
    return this.#padded([this.#encode(pair === undefined ? [given] : [given, pair], addSpecialTokens)])[0];
  }

  /**
   * Converts several texts, or pairs of texts, to tokens; padding extends all to the same length.
   *
   * @throws ManabiError `argument` for invalid arguments, or if a text cannot be truncated
   */
  encodeBatch(texts: readonly string[], options: EncodeBatchOptions = {}): Encoding[] {
    const given = readArgument('encodeBatch', 'texts', texts, listOf(textKind));
    const { pairs, addSpecialTokens } = readOptions('encodeBatch', options, batchKinds);
    if (pairs !== undefined && pairs.length !== given.length) {
      throw new ManabiError(
        'argument',
        `\`pairs\` must have as many items as \`texts\`, ${given.length}; got ${pairs.length}.`,
        {
          op: 'encodeBatch',
        },
      );
    }
    return this.#padded(
      given.map((text, i) => this.#encode(pairs === undefined ? [text] : [text, pairs[i]], addSpecialTokens)),
    );
  }

  /**
   * Converts indices of tokens to text.
   *
   * @throws ManabiError `index` for an index that no token has, which the Python package drops
   */
  decode(ids: ArrayLike<number>, options: DecodeOptions = {}): string {
    const { skipSpecialTokens } = readOptions('decode', options, decodeKinds);
    const given = readArgument('decode', 'ids', ArrayBuffer.isView(ids) ? Array.from(ids) : ids, listOf(count));
    const tokens = given
      .filter((id) => !(skipSpecialTokens && this.#added.get(id)?.special))
      .map((id) => this.idToToken(id) ?? raiseUnknown(id));
    const { decoder } = this.#parts;
    return decoder === null ? tokens.join(' ') : decoder(tokens).join('');
  }

  #padded(encodings: readonly Encoding[]): Encoding[] {
    const { padding } = this.#parts;
    return padding === null ? [...encodings] : pad(encodings, padding);
  }

  #encode(texts: readonly string[], adds: boolean): Encoding {
    const { postProcessor, truncation } = this.#parts;
    const encodings = texts.map((text, i) => encodingOf(this.#tokensOf(text), i));
    const added = adds ? postProcessor.added(texts.length > 1) : 0;
    const short = truncation === null ? encodings : truncate(encodings, truncation, added);
    return postProcessor.process(short, adds);
  }

  #tokensOf(text: string): readonly Token[] {
    const { normalizer, preTokenizer, model } = this.#parts;
    const tokens: Token[] = [];
    // Halves of surrogate pairs are not characters; UTF-8 has no form for them.
    for (const part of this.#find(text.replace(/\p{Surrogate}/gu, '\uFFFD'))) {
      if (part.id !== null) {
        tokens.push(part);
        continue;
      }
      const isFirst = part.start === 0 && !isDropped(part.text, normalizer);
      for (const inner of this.#findNormalized(normalizer(part.text))) {
        if (inner.id !== null) {
          tokens.push(inner);
          continue;
        }
        const piece = { text: inner.text, isFirst: isFirst && inner.start === 0 };
        if (piece.text === '') continue;
        for (const word of preTokenizer === null ? [piece] : preTokenizer(piece))
          tokens.push(...model.tokenize(word.text));
      }
    }
    return tokens;
  }
}

/**
 * Whether normalization drops the first character of a text. What follows is then not at the start of the original text,
 * which decides whether a Metaspace pre-tokenizer with the scheme `first` marks it.
 */
function isDropped(text: string, normalizer: Normalizer): boolean {
  const [first = ''] = text;
  return normalizer(first) === '';
}

function raiseUnknown(id: number): never {
  throw new ManabiError('index', `No token has the index ${id}. Was the text encoded with another tokenizer?`, {
    op: 'decode',
    data: { id },
  });
}

const fileKinds = {
  version: optional(anything('a version')),
  truncation: optional(anything('truncation')),
  padding: optional(anything('padding')),
  added_tokens: optional(anything('an array'), []),
  normalizer: optional(anything('an object or null'), null),
  pre_tokenizer: optional(anything('an object or null'), null),
  post_processor: optional(anything('an object or null'), null),
  decoder: optional(anything('an object or null'), null),
  model: anything('an object'),
};

/**
 * Creates a tokenizer from the content of a `tokenizer.json` file, the format of Hugging Face's package `tokenizers`. Its
 * models BPE, WordPiece, Unigram and WordLevel are supported, with all common normalizers, pre-tokenizers,
 * post-processors and decoders.
 *
 * @param json text of the file, or its parsed content
 * @throws ManabiError `file` for content that is not a tokenizer, or for a component that is not supported, with its
 * name; `argument` for invalid options
 * @example
 * ```ts
 * import { readTokenizer } from '@manabi/text';
 *
 * const tokenizer = readTokenizer({
 *   model: { type: 'WordPiece', vocab: { '[UNK]': 0, un: 1, '##aff': 2, '##able': 3 } },
 *   pre_tokenizer: { type: 'BertPreTokenizer' },
 *   decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
 * });
 * console.log(tokenizer.encode('unaffable').ids); // [1, 2, 3]
 * console.log(tokenizer.decode([1, 2, 3])); // unaffable
 * ```
 */
export function readTokenizer(json: string | object, options: PretrainedTokenizerOptions = {}): PretrainedTokenizer {
  const { truncation, padding } = readOptions('readTokenizer', options, ownKinds);
  const file = readFields('the file', typeof json === 'string' ? parse(json) : json, fileKinds);
  const model = readModel(file.model);
  const addedTokens = readAddedTokens(file.added_tokens);
  const present = <T>(given: unknown, path: string, read: (given: unknown, path: string) => T): T | null =>
    given === null ? null : read(given, path);
  const padIdOf = (token: string): number | undefined =>
    addedTokens.find(({ content }) => content === token)?.id ?? model.idOf(token);
  return new PretrainedTokenizer({
    model,
    addedTokens,
    normalizer: present(file.normalizer, 'normalizer', readNormalizer) ?? ((text) => text),
    preTokenizer: present(file.pre_tokenizer, 'pre_tokenizer', readPreTokenizer),
    postProcessor: present(file.post_processor, 'post_processor', readPostProcessor) ?? joiningProcessor,
    decoder: present(file.decoder, 'decoder', readDecoder),
    truncation: truncation === undefined ? readTruncation(file.truncation) : filledTruncation(truncation),
    padding: padding === undefined ? readPadding(file.padding) : filledPadding(padding, padIdOf),
  });
}

/**
 * Loads a tokenizer from a `tokenizer.json` file; see `readTokenizer`.
 *
 * @param source path, URL or `Blob` of the file
 * @throws FileError if the file cannot be read; ManabiError as `readTokenizer`
 * @example
 * ```ts
 * import { loadTokenizer } from '@manabi/text';
 *
 * const file = { model: { type: 'WordLevel', vocab: { '<unk>': 0, hello: 1 } } };
 * const tokenizer = await loadTokenizer(new Blob([JSON.stringify(file)]));
 * console.log(tokenizer.encode('hello').ids); // [1]
 * ```
 */
export async function loadTokenizer(
  source: FileSource,
  options: PretrainedTokenizerOptions & ReadOptions = {},
): Promise<PretrainedTokenizer> {
  const { truncation, padding, ...reading } = readOptions('loadTokenizer', options, { ...ownKinds, ...readKinds });
  return readTokenizer(await readText(source, reading), { truncation, padding });
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw fileError('the file', `not JSON: ${cause instanceof Error ? cause.message : formatGiven(cause)}`, cause);
  }
}

function filledTruncation(given: TruncationOptions | null): Truncation | null {
  return given === null ? null : { strategy: 'longestFirst', direction: 'right', ...given };
}

function filledPadding(given: PaddingOptions | null, idOf: (token: string) => number | undefined): Padding | null {
  if (given === null) return null;
  const filled = {
    length: null,
    direction: 'right',
    padToMultipleOf: null,
    padToken: '[PAD]',
    padTypeId: 0,
    ...given,
  } as const;
  const padId = idOf(filled.padToken);
  if (padId !== undefined) return { ...filled, padId };
  throw new ManabiError(
    'argument',
    `The vocabulary lacks the padding token ${JSON.stringify(filled.padToken)}. Pass \`padding.padToken\`.`,
    { op: 'readTokenizer', data: { padToken: filled.padToken } },
  );
}
