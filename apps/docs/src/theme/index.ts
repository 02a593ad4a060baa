import type { Theme } from 'vitepress';
import DefaultTheme from 'vitepress/theme-without-fonts';
import { Benchmarks } from './benchmarks.ts';
import { Layout } from './layout.ts';
import { Runnable } from './runnable.ts';
import './style.css';

/** The default theme of VitePress with the components of this site. */
export default {
  extends: DefaultTheme,
  Layout,
  enhanceApp: ({ app }) => {
    app.component('Runnable', Runnable);
    app.component('Benchmarks', Benchmarks);
  },
} satisfies Theme;
