import { describe, expect, test } from '@jest/globals';
import { encodingArrays, loadTokenizer, readTokenizer } from '../index.ts';
import { translateRegExp } from './oniguruma.ts';

const model = { type: 'WordLevel', vocab: { '<unk>': 0, hello: 1, world: 2, '[PAD]': 3 } };
const words = { model, pre_tokenizer: { type: 'WhitespaceSplit' } };

describe('components that are not supported', () => {
  test.each([
    [{ normalizer: { type: 'Precompiled', precompiled_charsmap: 'AAAA' } }, /`precompiled_charsmap` is damaged/],
    [{ normalizer: { type: 'Precompiled', precompiled_charsmap: '?' } }, /is not base64/],
    [
      { normalizer: { type: 'Sequence', normalizers: [{ type: 'NFC' }, { type: 'Unknown' }] } },
      /normalizer\.normalizers\[1\]: type 'Unknown' is not supported/,
    ],
    [{ pre_tokenizer: { type: 'UnicodeScripts' } }, /pre_tokenizer: type 'UnicodeScripts' is not supported/],
    [{ post_processor: { type: 'Bert' } }, /post_processor: type 'Bert' is not supported/],
    [{ decoder: { type: 'CTC' } }, /decoder: type 'CTC' is not supported/],
    [{ model: { type: 'Neural' } }, /model: type 'Neural' is not supported/],
    [{ model: { type: 'BPE', vocab: {}, merges: [], dropout: 0.1 } }, /`dropout` is not supported/],
    [{ normalizer: { type: 'Lowercase', locale: 'tr' } }, /normalizer: Unknown option 'locale'/],
    [{ quantizer: null }, /the file: Unknown option 'quantizer'/],
    [{ truncation: { max_length: 8, stride: 2, strategy: 'LongestFirst' } }, /`stride` is not supported/],
    [
      { pre_tokenizer: { type: 'Split', behavior: 'Isolated', pattern: { Regex: 'a++' } } },
      /possessive quantifier \+\+/,
    ],
    [{ pre_tokenizer: { type: 'Split', behavior: 'Isolated', pattern: { Regex: '[[:alpha:]]' } } }, /nested class/],
  ])('%j is an error that names the component', (part, message) => {
    expect(() => readTokenizer({ ...words, ...part })).toThrow(message);
  });
});

describe('invalid files', () => {
  test.each([
    ['{', /not JSON/],
    ['3', /Options must be an object/],
    ['{}', /`model` is required/],
    [{ model: { type: 'BPE', vocab: { a: 0 }, merges: ['a b'] } }, /merges\[0\].*not all in the vocabulary/],
    [{ model: { type: 'BPE', vocab: { a: 0, b: 0 }, merges: [] } }, /share the index 0/],
    [{ model: { type: 'WordPiece', vocab: { a: 0 } } }, /lacks the unknown token "\[UNK\]"/],
    [{ model: { type: 'Unigram', vocab: [['a', 0]], unk_id: 1 } }, /`unk_id` must be less than/],
    [{ ...words, added_tokens: [{ id: 1 }] }, /added_tokens\[0\].content/],
    [
      {
        ...words,
        padding: { strategy: { Fixed: 1e9 }, direction: 'Right', pad_id: 0, pad_type_id: 0, pad_token: '' },
      },
      /padding\.strategy: `Fixed` must be an integer in \[0, 16777216\]/,
    ],
  ])('rejects %j', (json, message) => {
    expect(() => readTokenizer(json)).toThrow(message);
    expect(() => readTokenizer(json)).toThrow(expect.objectContaining({ code: 'file' }));
  });
});

describe('options', () => {
  test('pads and truncates as the options say', () => {
    const tokenizer = readTokenizer(words, { padding: { direction: 'left' }, truncation: { maxLength: 2 } });
    const { inputIds, attentionMask } = encodingArrays(tokenizer.encodeBatch(['hello', 'world world hello']));
    expect(inputIds).toEqual({ dtype: 'int32', shape: [2, 2], data: Int32Array.of(3, 1, 2, 2) });
    expect(attentionMask.data).toEqual(Int32Array.of(0, 1, 1, 1));
  });

  test('rejects a padding token that the vocabulary lacks', () => {
    expect(() => readTokenizer(words, { padding: { padToken: '<pad>' } })).toThrow(/lacks the padding token "<pad>"/);
  });

  test('rejects arrays of encodings with different lengths', () => {
    expect(() => encodingArrays(readTokenizer(words).encodeBatch(['hello', 'hello world']))).toThrow(/Pass `padding`/);
  });

  test('rejects indices that no token has', () => {
    expect(() => readTokenizer(words).decode([99])).toThrow(/No token has the index 99/);
    expect(readTokenizer(words).decode(Int32Array.of(1, 2))).toBe('hello world');
  });

  test('loads a file', async () => {
    const url = `data:application/json,${encodeURIComponent(JSON.stringify(words))}`;
    const tokenizer = await loadTokenizer(url, { truncation: { maxLength: 1 } });
    expect(tokenizer.encode('hello world').ids).toEqual([1]);
    expect(tokenizer.vocabularySize).toBe(4);
    expect([tokenizer.tokenToId('world'), tokenizer.tokenToId('x'), tokenizer.idToToken(2)]).toEqual([
      2,
      undefined,
      'world',
    ]);
  });
});

test('a long word is merged in near-linear time', () => {
  const vocab = { a: 0, aa: 1, aaaa: 2 };
  const tokenizer = readTokenizer({ model: { type: 'BPE', vocab, merges: ['a a', 'aa aa'] } });
  const { ids } = tokenizer.encode('a'.repeat(200_000));
  expect(ids.length).toBe(50_000);
  expect(new Set(ids)).toEqual(new Set([2]));
});

describe('translateRegExp', () => {
  test.each<[string, string, string[]]>([
    ["(?i:'s)|x", "'S 'ſ X x", ["'S", "'ſ", 'x']],
    ['(?i)ab|c', 'AB C', ['AB', 'C']],
    ['\\s+', 'a\u0085\ufeffb ', ['\u0085', ' ']],
    ['\\d{,2}x', '12x٣x', ['12x', '٣x']],
    ['^a.$', 'ab\na\n\nac\ra', ['ab']],
    ['\\p{Han}+|\\p{^L}', 'ab漢字1', ['漢字', '1']],
    ['[\\w\\-]+', 'a-é_① ', ['a-é_']],
    ['\\bé\\b', 'aé é', ['é']],
    ['[^]a]\\x{61}\\"', 'ba"aa"', ['ba"']],
    ['a{1,}}|\\h', 'aa} f', ['aa}', 'f']],
  ])('%s finds what Oniguruma finds in %j', (pattern, text, matches) => {
    expect(text.match(translateRegExp(pattern, 'pattern'))).toEqual(matches);
  });

  test.each(['(?>a)', '\\1', '\\R', '(?<=a)(?x)b', 'a{2}+', '(?i:[a-c])'])('rejects %s', (pattern) => {
    expect(() => translateRegExp(pattern, 'pattern')).toThrow(/is not supported/);
  });
});
