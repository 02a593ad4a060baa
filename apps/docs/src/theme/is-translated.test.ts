import { expect, test } from '@jest/globals';
import { isTranslated } from './is-translated.ts';

test('the front page and the tutorial are translated, other parts are not', () => {
  for (const path of ['index.md', 'ja/index.md', 'tutorial/index.md', 'ja/tutorial/05-imdb.md']) {
    expect(isTranslated(path)).toBe(true);
  }
  for (const path of ['404.md', 'reference/index.md', 'reference/core/tutorial/add.md', 'guides/index.md']) {
    expect(isTranslated(path)).toBe(false);
  }
});
