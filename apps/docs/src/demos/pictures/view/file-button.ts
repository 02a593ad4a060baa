import { defineComponent, h, ref } from 'vue';

/** A button that opens the file dialog for pictures. */
export const FileButton = defineComponent({
  props: {
    text: { type: String, required: true },
    /** Accessible name, which contains the text. */
    label: { type: String, required: true },
    multiple: { type: Boolean, default: true },
    disabled: { type: Boolean, default: false },
  },
  emits: { files: (_files: readonly File[]) => true },
  setup(props, { emit }) {
    const input = ref<HTMLInputElement>();
    return () => [
      h('input', {
        ref: input,
        type: 'file',
        hidden: true,
        accept: 'image/*',
        multiple: props.multiple,
        onChange: () => {
          if (input.value === undefined) return;
          emit('files', Array.from(input.value.files ?? []));
          // The same file can be chosen again.
          input.value.value = '';
        },
      }),
      h(
        'button',
        {
          type: 'button',
          disabled: props.disabled,
          'aria-label': props.label,
          onClick: () => input.value?.click(),
        },
        props.text,
      ),
    ];
  },
});

/** Listeners that make an element accept dropped files. */
export function acceptDrops(accept: (files: readonly File[]) => void) {
  return {
    onDragover: (event: DragEvent) => event.preventDefault(),
    onDrop: (event: DragEvent) => {
      event.preventDefault();
      accept(Array.from(event.dataTransfer?.files ?? []));
    },
  };
}
