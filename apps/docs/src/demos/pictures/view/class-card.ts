import { defineComponent, h, onBeforeUnmount, type PropType } from 'vue';
import { acceptDrops, FileButton } from './file-button.ts';
import { MOST_PICTURES, type PictureClass } from './picture-classes.ts';
import { PictureView } from './picture-view.ts';

/** Milliseconds between two pictures while the reader holds the button. */
const BURST = 150;

/** A class: its name, its pictures, and ways to add some. */
export const ClassCard = defineComponent({
  props: {
    pictureClass: { type: Object as PropType<PictureClass>, required: true },
    /** The name, or the number of a class without one. */
    label: { type: String, required: true },
    hasCamera: { type: Boolean, required: true },
    canRemove: { type: Boolean, required: true },
  },
  emits: {
    rename: (_name: string) => true,
    files: (_files: readonly File[]) => true,
    /** A picture of the camera is wanted. */
    capture: () => true,
    removePicture: (_id: number) => true,
    remove: () => true,
  },
  setup(props, { emit }) {
    let timer: ReturnType<typeof setInterval> | undefined;
    const release = () => clearInterval(timer);
    onBeforeUnmount(release);

    const capture = () =>
      h(
        'button',
        {
          type: 'button',
          class: 'pictures-take',
          'aria-label': `Take pictures of ${props.label}`,
          onPointerdown: ({ button }: PointerEvent) => {
            if (button !== 0) return;
            release();
            emit('capture');
            timer = setInterval(() => (props.hasCamera ? emit('capture') : release()), BURST);
          },
          onPointerup: release,
          onPointerleave: release,
          onPointercancel: release,
          // A click without a pointer comes from the keyboard or a screen reader.
          onClick: ({ detail }: MouseEvent) => {
            if (detail === 0) emit('capture');
          },
        },
        'Take pictures',
      );

    return () => {
      const { pictureClass, label, hasCamera, canRemove } = props;
      const { name, pictures } = pictureClass;
      return h('li', { class: 'pictures-class', ...acceptDrops((files) => emit('files', files)) }, [
        h('div', { class: 'pictures-name' }, [
          h('input', {
            type: 'text',
            value: name,
            maxlength: 30,
            placeholder: label,
            'aria-label': `Name of ${label}`,
            onInput: ({ target }: Event) => {
              if (target instanceof HTMLInputElement) emit('rename', target.value);
            },
          }),
          canRemove
            ? h('button', { type: 'button', 'aria-label': `Remove ${label}`, onClick: () => emit('remove') }, '×')
            : null,
        ]),
        h('div', { class: 'pictures-actions' }, [
          h(FileButton, {
            text: 'Add files',
            label: `Add files to ${label}`,
            onFiles: (files: readonly File[]) => emit('files', files),
          }),
          hasCamera ? capture() : null,
        ]),
        h('p', { class: 'pictures-count' }, countText(pictures.length)),
        pictures.length === 0
          ? null
          : h(
              'ul',
              { class: 'pictures-list', 'aria-label': `Pictures of ${label}` },
              pictures.map(({ id, pixels }, i) =>
                h('li', { key: id }, [
                  h(
                    'button',
                    {
                      type: 'button',
                      title: 'Remove this picture',
                      'aria-label': `Remove picture ${i + 1} of ${label}`,
                      onClick: () => emit('removePicture', id),
                    },
                    [h(PictureView, { pixels, label: `Picture ${i + 1} of ${label}` })],
                  ),
                ]),
              ),
            ),
      ]);
    };
  },
});

function countText(count: number): string {
  if (count === 0) return 'Drop pictures here.';
  if (count === MOST_PICTURES) return `${count} pictures, which is the largest number.`;
  return count === 1 ? '1 picture' : `${count} pictures`;
}
