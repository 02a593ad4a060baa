import { anything, boolean, count, type Kind, kind, listOf, optional, text } from '@manabi/errors';
import { isPlainObject } from '@manabi/errors/internal';
import { type ComponentReader, fileError, readEach, readFields, readTyped } from './component.ts';
import { type Encoding, encodingOf, joinEncodings, withTypeId } from './encoding.ts';
import type { Token } from './models/model.ts';

/** Adds special tokens around the encodings of one text or two, and joins them. */
export interface PostProcessor {
  /** Number of tokens that are added to one text or to a pair. */
  added(isPair: boolean): number;
  process(texts: readonly Encoding[], addSpecialTokens: boolean): Encoding;
}

/** Used if a file has no post-processor: the encodings are joined. */
export const joiningProcessor: PostProcessor = { added: () => 0, process: (texts) => joinEncodings(texts) };

const tokenKind: Kind<readonly [string, number]> = kind(
  'an array [token, index]',
  (given): given is readonly [string, number] =>
    Array.isArray(given) && given.length === 2 && typeof given[0] === 'string' && Number.isInteger(given[1]),
);
const ends = { sep: tokenKind, cls: tokenKind };

/** Fields that affect offsets only, which this package does not compute. */
const offsets = { trim_offsets: optional(boolean), add_prefix_space: optional(boolean), use_regex: optional(boolean) };

const readers: Readonly<Record<string, ComponentReader<PostProcessor>>> = {
  BertProcessing: (given, path) => {
    const { sep, cls } = readFields(path, given, ends);
    return around((texts) => [special(cls, 0), ...texts.flatMap((one, i) => [withTypeId(one, i), special(sep, i)])]);
  },
  RobertaProcessing: (given, path) => {
    const { sep, cls } = readFields(path, given, { ...ends, ...offsets });
    const { added, process } = around(([first, ...others]) => [
      special(cls, 0),
      first,
      special(sep, 0),
      ...others.flatMap((other) => [special(sep, 0), other, special(sep, 0)]),
    ]);
    return { added, process: (texts, adds) => withTypeId(process(texts, adds), 0) };
  },
  ByteLevel: (given, path) => {
    readFields(path, given, offsets);
    return joiningProcessor;
  },
  TemplateProcessing: readTemplates,
  Sequence: (given, path) => {
    readFields(path, { ...given, processors: undefined }, { processors: optional(text) });
    const all = readEach(given, 'processors', path, readPostProcessor).filter((one) => one !== joiningProcessor);
    if (all.length > 1) throw fileError(path, 'several processors that add tokens are not supported.');
    return all[0] ?? joiningProcessor;
  },
};

/**
 * Reads the post-processor of a tokenizer file.
 *
 * @throws ManabiError `file` for types and fields that are not supported
 */
export function readPostProcessor(given: unknown, path: string): PostProcessor {
  return readTyped(readers, given, path);
}

/** Returns the processor that adds tokens in a fixed arrangement; without special tokens, it only joins the texts. */
function around(arrange: (texts: readonly Encoding[]) => readonly Encoding[]): PostProcessor {
  const none = encodingOf([], 0);
  return {
    added: (isPair) => joinEncodings(arrange(isPair ? [none, none] : [none])).ids.length,
    process: (texts, adds) => joinEncodings(adds ? arrange(texts) : texts),
  };
}

function special([text, id]: readonly [string, number], typeId: number): Encoding {
  return encodingOf([{ id, text }], typeId, true);
}

/** A part of a template: one of the texts, or special tokens. */
interface TemplatePart {
  readonly typeId: number;
  readonly content: 0 | 1 | readonly Token[];
}

function readTemplates(given: Readonly<Record<string, unknown>>, path: string): PostProcessor {
  const list = anything('an array');
  const { special_tokens } = readFields(path, given, {
    single: list,
    pair: list,
    special_tokens: anything('an object'),
  });
  const single = readEach(given, 'single', path, (part, at) => readPart(part, special_tokens, at));
  const pair = readEach(given, 'pair', path, (part, at) => readPart(part, special_tokens, at));
  const fill = (parts: readonly TemplatePart[], texts: readonly Encoding[], adds: boolean): Encoding =>
    joinEncodings(
      parts
        .filter(({ content }) => adds || typeof content === 'number')
        .map(({ content, typeId }) =>
          typeof content === 'number' ? withTypeId(texts[content], typeId) : encodingOf(content, typeId, true),
        ),
    );
  if (single.some(({ content }) => content === 1)) throw fileError(path, '`single` must not contain sequence B.');
  const none = encodingOf([], 0);
  return {
    added: (isPair) => fill(isPair ? pair : single, [none, none], true).ids.length,
    process: (texts, adds) => fill(texts.length > 1 ? pair : single, texts, adds),
  };
}

const specialKinds = { id: text, ids: listOf(count), tokens: listOf(text) };

function readPart(given: Readonly<Record<string, unknown>>, tokens: unknown, path: string): TemplatePart {
  if (isPlainObject(given) && 'Sequence' in given) {
    const { id, type_id } = readFields(path, given.Sequence, { id: text, type_id: count });
    if (id !== 'A' && id !== 'B') throw fileError(path, `sequence '${id}' is unknown: expected 'A' or 'B'.`);
    return { typeId: type_id, content: id === 'A' ? 0 : 1 };
  }
  if (isPlainObject(given) && 'SpecialToken' in given) {
    const { id, type_id } = readFields(path, given.SpecialToken, { id: text, type_id: count });
    const entry = isPlainObject(tokens) ? tokens[id] : undefined;
    if (entry === undefined) throw fileError(path, `\`special_tokens\` lacks ${JSON.stringify(id)}.`);
    const { ids, tokens: texts } = readFields(path, entry, specialKinds);
    if (ids.length !== texts.length)
      throw fileError(path, `special token ${JSON.stringify(id)} needs as many ids as tokens.`);
    return { typeId: type_id, content: ids.map((one, i) => ({ id: one, text: texts[i] })) };
  }
  throw fileError(path, 'a part of a template must be { Sequence } or { SpecialToken }.');
}
