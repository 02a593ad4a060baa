import { expect, test } from '@jest/globals';
import { tokenize } from './search.ts';

test('splits Japanese text into pairs of characters, so that parts of compounds are found', () => {
  const terms = tokenize('畳み込みニューラルネットワークの学習');
  for (const query of ['ニューラル', '学習', '畳み込み']) {
    expect(tokenize(query).filter((term) => !terms.includes(term))).toEqual([]);
  }
});

test('splits other text into words', () => {
  expect(tokenize('layers.dense({ units: 8 })')).toEqual(['layers', 'dense', 'units', '8']);
  expect(tokenize('fit 学')).toEqual(['fit', '学']);
});

test('finds names of several words by each of them', () => {
  expect(tokenize('earlyStopping max_pooling')).toEqual(
    expect.arrayContaining(['earlyStopping', 'early', 'Stopping', 'max', 'pooling']),
  );
});

test('works without names from its file, because the page receives only its source', () => {
  const alone: typeof tokenize = new Function(`return (${tokenize})`)();
  expect(alone('a 勾配')).toEqual(tokenize('a 勾配'));
});
