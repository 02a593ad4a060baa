import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { type Encoding, type PretrainedTokenizer, readTokenizer } from '../index.ts';
import { readNormalizer } from './normalizers.ts';
import { readPreTokenizer } from './pre-tokenizers.ts';

/** Results of the Python package; see tooling/goldens/text/pretrained.py. */
interface Golden {
  readonly tokenizer: object;
  readonly texts: {
    readonly text: string;
    readonly tokens: string[];
    readonly ids: number[];
    readonly special: number[];
    readonly plain: number[];
    readonly decoded: string;
    readonly whole: string;
  }[];
  readonly pairs: {
    readonly text: string;
    readonly pair: string;
    readonly full: Encoding;
    readonly plain: Encoding;
    readonly limited: Encoding | null;
  }[];
  readonly batch: Encoding[] | null;
}

const folder = new URL('../goldens/pretrained/', import.meta.url);
const read = (name: string) => JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8'));
const names = readdirSync(folder)
  .map((file) => file.replace('.json', ''))
  .filter((name) => name !== 'splits');

describe.each(names)('%s', (name) => {
  const golden: Golden = read(name);
  const limited = readTokenizer(golden.tokenizer);
  const tokenizer = readTokenizer(JSON.stringify(golden.tokenizer), { truncation: null, padding: null });

  test.each(golden.texts)('encodes $text', ({ text, tokens, ids, special, plain }) => {
    const encoding = tokenizer.encode(text);
    expect(encoding.tokens).toEqual(tokens);
    expect(encoding.ids).toEqual(ids);
    expect(encoding.specialTokensMask).toEqual(special);
    expect(tokenizer.encode(text, { addSpecialTokens: false }).ids).toEqual(plain);
  });

  test('decodes what the Python package decodes', () => {
    const decode = (decoder: PretrainedTokenizer, skipSpecialTokens: boolean) =>
      golden.texts.map(({ ids }) => decoder.decode(ids, { skipSpecialTokens }));
    expect(decode(tokenizer, true)).toEqual(golden.texts.map(({ decoded }) => decoded));
    expect(decode(tokenizer, false)).toEqual(golden.texts.map(({ whole }) => whole));
  });

  test('encodes pairs, with the truncation and padding of the file', () => {
    for (const { text, pair, full, plain, limited: short } of golden.pairs) {
      expect(tokenizer.encode(text, { pair })).toEqual(full);
      expect(tokenizer.encode(text, { pair, addSpecialTokens: false })).toEqual(plain);
      if (short === null) expect(() => limited.encode(text, { pair })).toThrow(/cannot remove/);
      else expect(limited.encode(text, { pair })).toEqual(short);
    }
  });

  test('encodes batches, with the truncation and padding of the file', () => {
    const texts = [0, 2, 3, 4, 8].map((i) => golden.texts[i].text);
    if (golden.batch === null) expect(() => limited.encodeBatch(texts)).toThrow(/cannot remove/);
    else expect(limited.encodeBatch(texts)).toEqual(golden.batch);
  });
});

const splits: {
  readonly texts: string[];
  readonly cases: { readonly name: string; readonly config: unknown; readonly pieces: string[][] }[];
} = read('splits');

test.each(splits.cases)('pre-tokenizer $name splits as the Python package does', ({ config, pieces }) => {
  const split = readPreTokenizer(config, 'pre_tokenizer');
  const found = splits.texts.map((text) => split({ text, isFirst: true }).map((piece) => piece.text));
  expect(found).toEqual(pieces);
});

const normalizers: {
  readonly texts: string[];
  readonly cases: { readonly config: { readonly type: string }; readonly normalized: string[] }[];
} = read('../normalizers');

test.each(normalizers.cases)('normalizer $config.type changes texts as the Python package does', (expected) => {
  const normalize = readNormalizer(expected.config, 'normalizer');
  expect(normalizers.texts.map(normalize)).toEqual(expected.normalized);
});
