import { defineComponent, h, onBeforeUnmount, onMounted, ref } from 'vue';
import { mountRunner } from '../runner/runner.ts';
import { siteLibrary } from '../runner/site-library.ts';

/** A program that runs in the page: a code block in `<Runnable name="…">`. See `useRunnables`. */
export const Runnable = defineComponent({
  props: {
    /** Name of the program, of its recording and in stacks. */
    name: { type: String, default: 'program' },
    /** Scalar operations of one training step; automatic choices of the backend use the CPU for small networks. */
    operations: { type: String, default: '' },
    /** Values for the options of the program as JSON, instead of its defaults. */
    options: { type: String, default: '{}' },
    /** Whether the program runs in Node only. Its output is that in the README of the tutorial. */
    nodeOnly: Boolean,
    /** Name of the chapter in that README, if it differs from `name`. */
    recording: { type: String, default: '' },
  },
  setup(props, { slots }) {
    const root = ref<HTMLElement>();
    let unmount = () => {};
    onMounted(() => {
      if (root.value === undefined || props.nodeOnly) return;
      unmount = mountRunner(root.value, {
        name: props.name,
        operations: props.operations === '' ? null : Number(props.operations),
        options: JSON.parse(props.options),
        library: siteLibrary(),
      });
    });
    onBeforeUnmount(() => unmount());
    return () =>
      h(
        'section',
        { ref: root, class: 'runnable', 'aria-label': props.name, 'data-name': props.name },
        slots.default?.(),
      );
  },
});
