import { describe, expect, test } from '@jest/globals';
import {
  encodingArrays,
  hashingTrick,
  makeSamplingTable,
  normalizeText,
  padSequences,
  skipgrams,
  textToWordSequence,
  toCategorical,
  tokenizerToJson,
} from './index.ts';

describe('normalizeText', () => {
  test('joins compatibility forms, widths and case', () => {
    expect(normalizeText('ＡＢＣ　ｶﾞｲﾄﾞ ① ﬁ')).toBe('abc ガイド 1 fi');
    expect(normalizeText('ＡＢＣ　ｶﾞｲﾄﾞ ① ﬁ', { form: null, lower: false })).toBe('ABC ガイド ① ﬁ');
    expect(normalizeText('Ａｶﾞ', { form: null, width: false, lower: false })).toBe('Ａｶﾞ');
    expect(normalizeText('e\u0301', { form: 'NFC' })).toBe('é');
  });
});

describe('textToWordSequence', () => {
  test('finds the words of languages without spaces', () => {
    expect(textToWordSequence('私は猫が好きです。', { split: 'word', locale: 'ja' })).toEqual([
      '私',
      'は',
      '猫',
      'が',
      '好き',
      'です',
    ]);
    expect(textToWordSequence('สวัสดีครับ', { split: 'word', locale: 'th' })).toEqual(['สวัสดี', 'ครับ']);
  });

  test('rejects arguments that are not texts', () => {
    expect(() => textToWordSequence(['a'] as unknown as string)).toThrow(/`text` must be a string/);
  });
});

describe('hashingTrick', () => {
  test('calls a hash function and an analyzer, with the remainder of Python for negative numbers', () => {
    const analyzer = (text: string) => text.split('|');
    expect(hashingTrick('a|bb|ccc', 5, { analyzer, hashFunction: (word) => -word.length })).toEqual([4, 3, 2]);
    expect(hashingTrick('a', 5, { hashFunction: () => 2n ** 70n })).toEqual([1]);
  });

  test('rejects other results than integers', () => {
    expect(() => hashingTrick('a', 5, { hashFunction: () => 0.5 })).toThrow(/must return an integer/);
    expect(() => hashingTrick('a', 1)).toThrow(/`n` must be/);
  });
});

describe('padSequences', () => {
  test('trap: pads and truncates at the start by default', () => {
    expect([...padSequences([[1], [2, 3, 4]], { maxlen: 2 }).data]).toEqual([0, 1, 3, 4]);
  });

  test('pads typed arrays', () => {
    expect(padSequences([Int32Array.of(1, 2), [3]], { dtype: 'uint8', padding: 'post' })).toEqual({
      dtype: 'uint8',
      shape: [2, 2],
      data: Uint8Array.of(1, 2, 3, 0),
    });
  });

  test('returns empty arrays', () => {
    expect(padSequences([])).toEqual({ dtype: 'int32', shape: [0, 0], data: new Int32Array(0) });
    expect(padSequences([[], []], { maxlen: 2 }).data).toEqual(new Int32Array(4));
    expect(padSequences([[1, 2]], { maxlen: 0 }).shape).toEqual([1, 0]);
  });

  test('rejects numbers that the dtype cannot represent, which Keras would round or wrap', () => {
    expect(() => padSequences([[1, 1.5]])).toThrow(/Element \[0\]\[1\] must be an integer.*got 1.5/);
    expect(() => padSequences([[256]], { dtype: 'uint8' })).toThrow(/\[0, 255\]/);
    expect(() => padSequences([[1]], { value: 0.5 })).toThrow(/`value` must be an integer/);
  });

  test('rejects texts, and elements of other shapes', () => {
    expect(() => padSequences(['a b'] as never)).toThrow(/textsToSequences/);
    expect(() => padSequences([['a']] as never)).toThrow(/must be a number/);
    expect(() => padSequences([[[1, 2]], [[1]]])).toThrow(/arrays of shape \[2\]/);
    expect(() => padSequences([[1], [[1]]] as never)).toThrow(/must be numbers/);
  });
});

describe('toCategorical', () => {
  test('takes host arrays and typed arrays', () => {
    const data = Uint8Array.of(1, 0);
    const expected = { dtype: 'float32', shape: [2, 2], data: Float32Array.of(0, 1, 1, 0) };
    expect(toCategorical(data)).toEqual(expected);
    expect(toCategorical({ dtype: 'uint8', shape: [2, 1], data })).toEqual(expected);
  });

  test('rejects indices out of range, fractions and ragged arrays', () => {
    expect(() => toCategorical([-1, 2])).toThrow(/must be in \[0, /);
    expect(() => toCategorical([3], { numClasses: 3 })).toThrow(/must be in \[0, 3\); got 3/);
    expect(() => toCategorical([0.5])).toThrow(/must be integers/);
    expect(() => toCategorical([[0, 1], [1]])).toThrow(/must have the shape \[2, 2\]/);
    expect(() => toCategorical([])).toThrow(/Pass `numClasses`/);
  });
});

test('rejects arrays that contain themselves', () => {
  const endless: never[] = [];
  endless.push(endless as never);
  expect(() => toCategorical(endless)).toThrow(/at most 32 levels/);
  expect(() => padSequences([endless])).toThrow(/at most 32 levels/);
});

test('rejects other values than tokenizers, encodings and lists of words', () => {
  expect(() => tokenizerToJson(3 as never)).toThrow(/must be a Tokenizer/);
  expect(() => encodingArrays([[1]] as never)).toThrow(/`encodings\[0\]` must be an encoding/);
  expect(() => hashingTrick('a', 5, { analyzer: () => 'a' as never })).toThrow(/analyzer\(text\)/);
  expect(() => makeSamplingTable(1e9)).toThrow(/`size` must be/);
  expect(() => skipgrams([1, 2], 3, { negativeSamples: 1e9 })).toThrow(/pairs; at most/);
});

describe('skipgrams', () => {
  const sequence = Array.from({ length: 60 }, (_, i) => i % 7);

  test('adds random pairs with label 0, and shuffles pairs with their labels', () => {
    const { couples, labels } = skipgrams(sequence, 7, { windowSize: 2, seed: 3, negativeSamples: 0.5 });
    const positives = labels.filter((label) => label === 1).length;
    expect(labels.length).toBe(positives + Math.floor(positives / 2));
    couples.forEach(([target, context], i) => {
      if (labels[i] === 1) expect(Math.min((context - target + 7) % 7, (target - context + 7) % 7)).toBeLessThan(3);
      expect(context).toBeGreaterThan(0);
      expect(context).toBeLessThan(7);
    });
    expect(skipgrams(sequence, 7, { windowSize: 2, seed: 3, negativeSamples: 0.5 })).toEqual({ couples, labels });
    expect(skipgrams(sequence, 7, { windowSize: 2, seed: 4, negativeSamples: 0.5 })).not.toEqual({ couples, labels });
  });

  test('trap: index 0 occurs in no pair', () => {
    expect(skipgrams([0, 0, 0], 5)).toEqual({ couples: [], labels: [] });
    expect(skipgrams(sequence, 7).couples.flat()).not.toContain(0);
  });

  test('drops targets by the sampling table', () => {
    const samplingTable = [1, 1, 0, 0, 0, 0, 0];
    const { couples } = skipgrams(sequence, 7, { samplingTable, negativeSamples: 0 });
    expect(new Set(couples.map(([target]) => target))).toEqual(new Set([1]));
    expect(() => skipgrams([3], 7, { samplingTable: [1] })).toThrow(/samplingTable/);
  });

  test('rejects words outside the vocabulary', () => {
    expect(() => skipgrams([7], 7)).toThrow(/vocabularySize/);
  });
});
