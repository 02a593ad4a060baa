import { defineConfig } from 'vitepress';
import { output, pages } from './folders.ts';
import { localesOf } from './locales.ts';
import { search } from './search.ts';

/** The settings of the site. `MANABI_DOCS_BASE` is the folder of the site on its host, such as `/manabi/`. */
export default defineConfig({
  title: 'manabi',
  description: 'Deep learning for TypeScript, in Node and the browser.',
  base: process.env.MANABI_DOCS_BASE ?? '/',
  srcDir: pages,
  outDir: output,
  // Addresses end in .html, so that every host can serve the files, without rules.
  cleanUrls: false,
  // Without it, every page contains the table of all pages.
  metaChunk: true,
  locales: localesOf(pages),
  themeConfig: {
    search,
    socialLinks: [],
    // Only the tutorial is translated. Otherwise pages would link to translations that do not exist.
    i18nRouting: false,
    externalLinkIcon: false,
  },
  vite: {
    resolve: { conditions: ['@manabi/source'] },
    build: { target: 'es2022', chunkSizeWarningLimit: 2000 },
    server: { host: '127.0.0.1' },
  },
});
