import { defineComponent, h, onMounted, type PropType, ref } from 'vue';
import './demo-frame.css';
import type { DemoControls, DemoState } from './use-demo.ts';

const texts: Readonly<Record<DemoState, (backend: string) => string>> = {
  ready: () => 'Press Start to download manabi (0.3 MB) and train here.',
  loading: () => 'Downloading manabi …',
  running: (backend) => `Training on ${backend}.`,
  paused: (backend) => (backend === '' ? 'Paused.' : `Paused. Backend: ${backend}.`),
  finished: (backend) => `Training is complete. Backend: ${backend}.`,
  failed: () => 'The demo has stopped.',
};

/** The frame of a demo: its buttons, the choice of the backend, and the status. The slot is the demo itself. */
export const DemoFrame = defineComponent({
  props: {
    /** Accessible name of the demo. */
    title: { type: String, required: true },
    controls: { type: Object as PropType<DemoControls>, required: true },
    /** What the reader waits for before Start, if it is more than the library. */
    download: { type: String, default: '' },
  },
  setup(props, { slots }) {
    const hasGpu = ref(false);
    onMounted(() => {
      hasGpu.value = 'gpu' in navigator;
    });
    const main = ref<HTMLButtonElement>();
    const button = (text: string, click: () => void) => h('button', { type: 'button', onClick: click }, text);

    /** The button that starts, pauses or continues: one element, which keeps the focus. */
    function mainButton() {
      const { state, start, pause, resume } = props.controls;
      const actions = {
        ready: ['Start', start],
        failed: ['Start', start],
        loading: ['Pause', pause],
        running: ['Pause', pause],
        paused: ['Continue', resume],
        finished: ['Start again', start],
      } as const;
      const [text, click] = actions[state.value];
      return h(
        'button',
        {
          ref: main,
          type: 'button',
          class: 'primary',
          onClick: click,
        },
        text,
      );
    }

    function reset(): void {
      props.controls.reset();
      main.value?.focus();
    }

    return () => {
      const { state, choice, backend, error } = props.controls;
      const isIdle = state.value === 'ready' || state.value === 'failed';
      const status =
        state.value === 'ready' && props.download !== '' ? props.download : texts[state.value](backend.value);
      return h('section', { class: 'demo', 'aria-label': props.title, 'data-state': state.value }, [
        h('div', { class: 'demo-bar' }, [
          mainButton(),
          isIdle ? null : button('Reset', reset),
          h('label', [
            'Backend ',
            h(
              'select',
              {
                value: choice.value,
                disabled: !isIdle,
                onChange: ({ target }: Event) => {
                  const value = target instanceof HTMLSelectElement ? target.value : 'auto';
                  choice.value = value === 'cpu' || value === 'webgpu' ? value : 'auto';
                },
              },
              [
                h('option', { value: 'auto' }, 'automatic'),
                h('option', { value: 'cpu' }, 'cpu'),
                hasGpu.value ? h('option', { value: 'webgpu' }, 'webgpu') : null,
              ],
            ),
          ]),
          h('span', { class: 'demo-status', role: 'status' }, status),
        ]),
        error.value === '' ? null : h('div', { class: 'demo-error', role: 'alert' }, error.value),
        h('div', { class: 'demo-body' }, slots.default?.()),
      ]);
    };
  },
});
