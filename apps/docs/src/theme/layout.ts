import { dataSymbol, useData } from 'vitepress';
import DefaultTheme from 'vitepress/theme-without-fonts';
import { computed, defineComponent, h, provide } from 'vue';
import { isTranslated } from './is-translated.ts';
import { NotFound } from './not-found.ts';

/** The layout of all pages. The menu of languages leads to the same page if it is translated, and otherwise to the front page. */
export const Layout = defineComponent(() => {
  const data = useData();
  const theme = computed(() => {
    const { relativePath, isNotFound } = data.page.value;
    return { ...data.theme.value, i18nRouting: isNotFound !== true && isTranslated(relativePath) };
  });
  provide(dataSymbol, { ...data, theme });
  return () => h(DefaultTheme.Layout, null, { 'not-found': () => h(NotFound) });
});
