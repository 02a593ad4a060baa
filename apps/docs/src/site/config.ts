import { defineConfig } from 'vitepress';
import { benchmarkData } from '../benchmarks/page-data.ts';
import { useJapanese } from '../markdown/japanese.ts';
import { useMathematics } from '../markdown/mathematics.ts';
import { PublishedPrograms } from '../markdown/published-programs.ts';
import { useRunnables } from '../markdown/runnable.ts';
import { withContentPolicy } from './content-policy.ts';
import { output, pages } from './folders.ts';
import { readLibrary } from './library.ts';
import { localesOf } from './locales.ts';
import { servePrograms } from './programs-plugin.ts';
import { search } from './search.ts';

const library = readLibrary();
const programs = new PublishedPrograms(library);

const base = process.env.MANABI_DOCS_BASE ?? '/';

/** The settings of the site. `MANABI_DOCS_BASE` is the folder of the site on its host, such as `/manabi/`. */
export default defineConfig({
  title: 'manabi',
  description: 'Deep learning for TypeScript, in Node and the browser.',
  base,
  srcDir: pages,
  outDir: output,
  // Tables that pages include.
  srcExclude: ['guides/names/*.md', 'guides/errors/*.md', 'benchmarks/tables/*.md'],
  head: [['link', { rel: 'icon', href: `${base}favicon.svg`, type: 'image/svg+xml' }]],
  // Addresses end in .html, so that every host can serve the files, without rules.
  cleanUrls: false,
  // Without it, every page contains the table of all pages.
  metaChunk: true,
  // Without generated pages, links to them lead nowhere.
  ignoreDeadLinks: process.env.MANABI_DOCS_REFERENCE === 'off' ? [/\/reference\//] : false,
  locales: localesOf(pages),
  themeConfig: {
    search,
  },
  markdown: {
    // All colors have a contrast of 4.5 or more.
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
    config: (md) => {
      useRunnables(md, programs);
      useMathematics(md);
      useJapanese(md);
    },
  },
  transformHtml: withContentPolicy,
  buildEnd: ({ outDir }) => programs.write(outDir),
  // Otherwise Vue drops line breaks between formulas, emphasized words and code.
  vue: { template: { compilerOptions: { whitespace: 'preserve' } } },
  vite: {
    resolve: { conditions: ['@manabi/source'] },
    build: { target: 'es2022', chunkSizeWarningLimit: 2000 },
    define: {
      __MANABI_LIBRARY__: JSON.stringify(library.manifest),
      __MANABI_BENCHMARKS__: JSON.stringify(benchmarkData()),
    },
    plugins: [servePrograms(programs)],
    server: { host: '127.0.0.1' },
  },
});
