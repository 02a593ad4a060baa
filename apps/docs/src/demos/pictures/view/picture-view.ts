import { defineComponent, h, onMounted, type PropType, ref, watch } from 'vue';
import { type PicturePixels, SIDE } from '../messages.ts';
import { drawPicture } from './picture-size.ts';

/** A picture as the network sees it. */
export const PictureView = defineComponent({
  props: {
    pixels: { type: Object as PropType<PicturePixels>, required: true },
    label: { type: String, required: true },
  },
  setup(props) {
    const canvas = ref<HTMLCanvasElement>();
    const draw = () => {
      if (canvas.value !== undefined) drawPicture(canvas.value, props.pixels);
    };
    onMounted(draw);
    watch(() => props.pixels, draw);
    return () => h('canvas', { ref: canvas, width: SIDE, height: SIDE, role: 'img', 'aria-label': props.label });
  },
});
