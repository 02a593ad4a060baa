import type { Theme } from 'vitepress';
import DefaultTheme from 'vitepress/theme-without-fonts';
import { h } from 'vue';
import { NotFound } from './not-found.ts';
import { Runnable } from './runnable.ts';
import './style.css';

/** The default theme of VitePress with the components of this site. */
export default {
  extends: DefaultTheme,
  Layout: () => h(DefaultTheme.Layout, null, { 'not-found': () => h(NotFound) }),
  enhanceApp: ({ app }) => {
    app.component('Runnable', Runnable);
  },
} satisfies Theme;
