import type { DefaultTheme } from 'vitepress';

/**
 * Splits text into search terms: words, the words in names such as `earlyStopping`, and pairs of adjacent characters in Japanese
 * text, which has no spaces. VitePress sends the source of this function to the page, so it must not use names from outside.
 */
export function tokenize(text: string): string[] {
  const japanese = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}ー々]+/gu;
  const words: string[] = text.replace(japanese, ' ').match(/[\p{L}\p{N}_]+/gu) ?? [];
  for (const word of [...words]) {
    const parts = word.split(/(?<=\p{Ll})(?=\p{Lu})|_/u);
    if (parts.length > 1) words.push(...parts.filter((part) => part !== ''));
  }
  for (const run of text.match(japanese) ?? []) {
    for (let i = 0; i < Math.max(1, run.length - 1); i++) words.push(run.slice(i, i + 2));
  }
  return words;
}

/** Options of the search in Japanese pages. */
const japanese: Partial<DefaultTheme.LocalSearchOptions> = {
  translations: {
    button: { buttonText: '検索', buttonAriaLabel: '検索' },
    modal: {
      displayDetails: '本文を表示',
      resetButtonTitle: '検索語を消去',
      backButtonTitle: '検索を閉じる',
      noResultsText: '見つかりませんでした:',
      footer: {
        selectText: '選択',
        selectKeyAriaLabel: 'Enterキー',
        navigateText: '移動',
        navigateUpKeyAriaLabel: '上矢印キー',
        navigateDownKeyAriaLabel: '下矢印キー',
        closeText: '閉じる',
        closeKeyAriaLabel: 'Escapeキー',
      },
    },
  },
};

/** The search of the site: an index that the page downloads when the reader opens the search. */
export const search: NonNullable<DefaultTheme.Config['search']> = {
  provider: 'local',
  options: {
    // The visible text of the button is 'Search', which its accessible name must contain.
    translations: { button: { buttonText: 'Search', buttonAriaLabel: 'Search' } },
    locales: { ja: japanese },
    miniSearch: {
      options: { tokenize },
      searchOptions: { combineWith: 'AND', prefix: true, fuzzy: 0.2 },
    },
    // Pages of the reference are indexed by name and summary only, which keeps the index small.
    _render: (source, env, md) => {
      const html = md.render(source, env);
      const isReference = env.relativePath.startsWith('reference/');
      return env.frontmatter?.search === false ? '' : isReference ? html.split('<h2', 1)[0] : html;
    },
  },
};
