import { useData, withBase } from 'vitepress';
import { defineComponent, h } from 'vue';

/** The page for addresses that do not exist, in the language of the address. */
export const NotFound = defineComponent(() => {
  const { theme, site, lang } = useData();
  const home = () => withBase(lang.value === 'ja' ? '/ja/' : '/');
  return () => {
    const { title, quote, linkText } = theme.value.notFound ?? {};
    return h('main', { class: 'not-found vp-doc' }, [
      h('h1', title ?? 'Page not found'),
      h('p', quote ?? 'Check the address, or start from the front page.'),
      h('p', h('a', { href: home() }, linkText ?? `Go to ${site.value.title}`)),
    ]);
  };
});
