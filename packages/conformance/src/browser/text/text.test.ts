import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { TokenizerOptions } from '@manabi/text';
import { describeInBrowser } from '../browser.fixture.ts';
import * as inNode from './page.fixture.ts';

declare global {
  /** The exports of `page.fixture.ts`, defined only in the page. */
  var texts: typeof import('./page.fixture.ts');
}

const goldens = join(import.meta.dirname, '../../../../text/src/goldens');
const read = async (...path: string[]) => JSON.parse(await readFile(join(goldens, ...path), 'utf8'));

const { texts: english, unseen } = (await read('keras.json')) as { texts: string[]; unseen: string[] };
const pretrained = (await readdir(join(goldens, 'pretrained'))).filter((file) => file !== 'splits.json');

const japanese = [
  'この映画はとても面白かった',
  '料理が不味くてがっかりです',
  '店員さんが親切で嬉しかった',
  '対応が遅くてがっかりしました',
];
const further = ['この料理はとても美味しくて嬉しかったです', '映画がひどくて本当にがっかりした'];

describeInBrowser(
  'texts in a page',
  join(import.meta.dirname, 'page.fixture.ts'),
  (page) => {
    test.each(pretrained)('%s encodes and decodes texts like the Python package', async (file) => {
      const golden: { tokenizer: object; texts: { text: string; ids: number[]; decoded: string }[] } = await read(
        'pretrained',
        file,
      );
      const given = golden.texts.map(({ text }) => text);
      const found = await page().evaluate(([url, list]) => texts.pretrained(url, list), [`/${file}`, given] as const);
      expect(found.encodings.map(({ ids }) => ids)).toEqual(golden.texts.map(({ ids }) => ids));
      expect(found.decoded).toEqual(golden.texts.map(({ decoded }) => decoded));
      expect(found).toEqual(await inNode.pretrained(golden.tokenizer, given));
    });

    test.each<TokenizerOptions>([
      {},
      { numWords: 6, oovToken: '<OOV>' },
      { charLevel: true },
      { split: 'word', locale: 'en' },
    ])("Keras's Tokenizer with %o has the results of Node", async (options) => {
      const found = await page().evaluate((given) => texts.keras(...given), [options, english, unseen] as const);
      expect(found).toEqual(inNode.keras(options, english, unseen));
    });

    test.each<inNode.VectorizationOptions>([
      {},
      { outputMode: 'tfIdf', maxTokens: 12, padToMaxTokens: true },
      { standardize: 'lower', split: 'character', outputSequenceLength: 9 },
      { ngrams: 2, outputMode: 'count' },
    ])('textVectorization with %o has the results of Node', async (options) => {
      const found = await page().evaluate((given) => texts.vectorized(...given), [options, english, unseen] as const);
      expect(found).toEqual(await inNode.vectorized(options, english, unseen));
    });

    describe('Japanese', () => {
      test('sentences have the words of Node', async () => {
        const sentences = [...japanese, ...further, 'ｺｰﾋｰが１杯、３００円です。'];
        const found = await page().evaluate((given) => texts.japanese(given), sentences);
        expect(found).toEqual(inNode.japanese(sentences));
        expect(found[0]).toEqual(['この', '映画', 'は', 'とても', '面白', 'か', 'っ', 'た']);
      });

      test('a network that takes sentences learns the same scores as in Node', async () => {
        const given = [{ split: 'word', locale: 'ja', standardize: null }, japanese, [1, 0, 1, 0], further] as const;
        const scores = await page().evaluate((request) => texts.classified(...request), given);
        expect(scores).toEqual(await inNode.classified(...given));
        expect(new Set(scores).size).toBe(2);
      });
    });
  },
  {
    globalName: 'texts',
    files: async (path) => JSON.stringify((await read('pretrained', path.slice(1))).tokenizer),
  },
);
