import { withBase } from 'vitepress';
import { defineComponent, h, onBeforeUnmount, onMounted, ref } from 'vue';
import type { LibraryManifest } from '../library/manifest.ts';

/** The manifest of the library, which the build inserts. */
declare const __MANABI_LIBRARY__: LibraryManifest;

/** A button that measures manabi in the reader's browser. Its code is downloaded with the page that has it. */
export const Benchmarks = defineComponent(() => {
  const root = ref<HTMLElement>();
  let unmount = () => {};
  let isGone = false;
  onMounted(async () => {
    const { mountBenchmarks } = await import('../benchmarks/bench-view.ts');
    if (root.value === undefined || isGone) return;
    const url = new URL(`${withBase('/')}${__MANABI_LIBRARY__.folder}bench.js`, location.href).href;
    unmount = mountBenchmarks(root.value, url);
  });
  onBeforeUnmount(() => {
    isGone = true;
    unmount();
  });
  return () => h('section', { ref: root, class: 'benchmarks', 'aria-label': 'Benchmarks in this browser' });
});
