import { describe, expect, test } from '@jest/globals';
import { Tokenizer, tokenizerFromJson, tokenizerToJson } from '../index.ts';

const TEXTS = ['the cat saw the dog', 'the dog slept'];

function fitted(options: ConstructorParameters<typeof Tokenizer>[0] = {}): Tokenizer {
  const tokenizer = new Tokenizer(options);
  tokenizer.fitOnTexts(TEXTS);
  return tokenizer;
}

describe('traps of Keras', () => {
  test('numWords keeps the indices below it, one word fewer than its name says', () => {
    const tokenizer = fitted({ numWords: 3 });
    expect(tokenizer.textsToSequences(TEXTS)).toEqual([
      [1, 1, 2],
      [1, 2],
    ]);
    expect(tokenizer.wordIndex.size).toBe(5);
  });

  test('oovToken takes index 1 and moves all words by one', () => {
    expect([...fitted({ oovToken: '?' }).wordIndex].slice(0, 3)).toEqual([
      ['?', 1],
      ['the', 2],
      ['dog', 3],
    ]);
  });

  test('unknown words vanish without oovToken', () => {
    expect(fitted().textsToSequences(['the bird'])).toEqual([[1]]);
    expect(fitted({ oovToken: '?' }).textsToSequences(['the bird'])).toEqual([[2, 1]]);
  });

  test('filters keep the apostrophe', () => {
    const tokenizer = new Tokenizer();
    tokenizer.fitOnTexts(["It's (mine)!"]);
    expect([...tokenizer.wordIndex.keys()]).toEqual(["it's", 'mine']);
  });

  test('words named like properties of objects are words', () => {
    const tokenizer = new Tokenizer({ filters: '' });
    tokenizer.fitOnTexts(['__proto__ constructor __proto__']);
    const copy = tokenizerFromJson(tokenizerToJson(tokenizer));
    for (const one of [tokenizer, copy]) {
      expect(one.textsToSequences(['constructor __proto__ toString'])).toEqual([[2, 1]]);
    }
  });
});

describe('words without spaces', () => {
  const japanese = ['今日は良い天気です。', '天気予報は雨です。'];

  test('segments Japanese with split word and a locale', () => {
    const tokenizer = new Tokenizer({ split: 'word', locale: 'ja' });
    tokenizer.fitOnTexts(japanese);
    expect(tokenizer.wordIndex.get('天気')).toBe(2);
    expect(tokenizer.sequencesToTexts(tokenizer.textsToSequences(['今日は雨です']))).toEqual(['今日 は 雨 です']);
    const copy = tokenizerFromJson(tokenizerToJson(tokenizer));
    expect(copy.textsToSequences(japanese)).toEqual(tokenizer.textsToSequences(japanese));
  });

  test('uses an analyzer in place of the filters, and requires it again for a file', () => {
    const analyzer = (text: string) => text.split('、');
    const tokenizer = new Tokenizer({ analyzer });
    tokenizer.fitOnTexts(['A、b、A']);
    expect([...tokenizer.wordIndex.keys()]).toEqual(['A', 'b']);
    const json = tokenizerToJson(tokenizer);
    expect(tokenizerFromJson(json, { analyzer }).textsToSequences(['b、A'])).toEqual([[2, 1]]);
    expect(() => tokenizerFromJson(json)).toThrow(/had an analyzer.*Pass the same function/);
    expect(() => tokenizerFromJson(tokenizerToJson(fitted()), { analyzer })).toThrow(/had no analyzer/);
  });

  test.each([
    [{ split: 'word' }, /requires `locale`/],
    [{ locale: 'ja' }, /requires `split: 'word'`/],
    [{ split: '' }, /must not be empty/],
  ])('rejects the options %j', (options, message) => {
    expect(() => new Tokenizer(options)).toThrow(message);
  });

  test('rejects a locale that is not a language tag', () => {
    const tokenizer = new Tokenizer({ split: 'word', locale: 'not a locale' });
    expect(() => tokenizer.fitOnTexts(['a'])).toThrow(/must be a language tag/);
  });
});

describe('errors', () => {
  test('rejects one string, which would be taken for a list of characters', () => {
    const texts = 'the cat' as unknown as string[];
    expect(() => new Tokenizer().fitOnTexts(texts)).toThrow(/Put it in an array: \[text\]/);
  });

  test('rejects items that are not texts', () => {
    expect(() => new Tokenizer().fitOnTexts([3 as unknown as string])).toThrow(/`texts\[0\]` must be a string/);
    expect(() => new Tokenizer({ analyzer: () => [1 as unknown as string] }).fitOnTexts(['a'])).toThrow(
      /analyzer\(text\)/,
    );
  });

  test('rejects use before fitting', () => {
    expect(() => new Tokenizer().textsToSequences(['a'])).toThrow(/Call fitOnTexts\(\) first/);
    expect(() => new Tokenizer().sequencesToMatrix([[1]])).toThrow(/Pass `numWords`, or call fitOnTexts/);
    expect(() => new Tokenizer({ numWords: 3 }).sequencesToMatrix([[1]], 'tfidf')).toThrow(/requires a fitted/);
  });

  test.each([
    ['{', /not the JSON of a Keras Tokenizer/],
    ['[]', /class_name "Tokenizer"/],
    ['{"class_name": "Tokenizer", "config": {"num_words": 3}}', /`filters` is required/],
    [
      tokenizerToJson(fitted()).replace('\\"the\\": 1', '\\"the\\": {}'),
      /JSON text of an object without nested values/,
    ],
    [tokenizerToJson(fitted()).replace('\\"the\\": 1', '\\"the\\": -1'), /word_index/],
  ])('rejects the JSON %s', (json, message) => {
    expect(() => tokenizerFromJson(json)).toThrow(message);
  });
});
