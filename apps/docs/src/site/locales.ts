import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DefaultTheme, LocaleConfig } from 'vitepress';
import { chapters } from './chapters.ts';
import { pageLists } from './page-lists.ts';

type Items = DefaultTheme.SidebarItem[];

/**
 * Returns the settings of both languages.
 *
 * @param pages folder of the pages; the navigation lists only pages that exist there
 */
export function localesOf(pages: string): LocaleConfig<DefaultTheme.Config> {
  const exists = (page: string) => existsSync(join(pages, page));
  const tutorial = (language: 'en' | 'ja', prefix: string): Items =>
    chapters.flatMap(({ name, ...titles }, i) => {
      const link = `${prefix}/tutorial/${name}`;
      return exists(`${link}.md`) ? [{ text: `${i + 1}. ${titles[language]}`, link }] : [];
    });
  const lists = pageLists.filter(({ folder }) => exists(`${folder}/index.md`));
  return {
    root: {
      label: 'English',
      lang: 'en',
      themeConfig: {
        nav: [
          { text: 'Tutorial', link: '/tutorial/', activeMatch: '^/tutorial/' },
          ...lists.map(({ title, folder }) => ({ text: title, link: `/${folder}/`, activeMatch: `^/${folder}/` })),
        ],
        sidebar: {
          '/tutorial/': [{ text: 'Tutorial', link: '/tutorial/', items: tutorial('en', '') }],
          ...Object.fromEntries(
            lists.flatMap(({ title, folder, items }): [string, Items][] =>
              items === undefined
                ? Object.entries(generated(pages, folder))
                : [[`/${folder}/`, [{ text: title, link: `/${folder}/`, items: items.map((item) => ({ ...item })) }]]],
            ),
          ),
        },
      },
    },
    ja: {
      label: '日本語',
      lang: 'ja',
      description: 'TypeScriptの深層学習フレームワーク。Nodeとブラウザで動きます。',
      themeConfig: {
        nav: [{ text: 'チュートリアル', link: '/ja/tutorial/', activeMatch: '^/ja/tutorial/' }],
        sidebar: { '/ja/tutorial/': [{ text: 'チュートリアル', link: '/ja/tutorial/', items: tutorial('ja', '/ja') }] },
        outline: { label: 'このページの内容' },
        docFooter: { prev: '前のページ', next: '次のページ' },
        lastUpdated: { text: '最終更新' },
        darkModeSwitchLabel: '表示モード',
        darkModeSwitchTitle: 'ダークモードに切り替える',
        lightModeSwitchTitle: 'ライトモードに切り替える',
        sidebarMenuLabel: 'メニュー',
        returnToTopLabel: 'ページの先頭へ',
        langMenuLabel: '言語を選択',
        skipToContentLabel: '本文へ移動',
        notFound: {
          title: 'ページが見つかりません',
          quote: 'アドレスを確認するか、トップページからお探しください。',
          linkLabel: 'トップページへ',
          linkText: 'トップページへ',
        },
      },
    },
  };
}

/** Returns the sidebars that a generator of pages wrote to `sidebar.json` in its folder, by folder. */
function generated(pages: string, folder: string): Readonly<Record<string, Items>> {
  const file = join(pages, folder, 'sidebar.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
}
