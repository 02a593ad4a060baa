import { useData } from 'vitepress';
import { onBeforeUnmount, onMounted, ref, watch } from 'vue';
import { type Colors, readColors } from './colors.ts';

/** What a drawing needs. Lengths are in pixels of CSS. */
export interface Drawing {
  readonly context: CanvasRenderingContext2D;
  readonly width: number;
  readonly height: number;
  readonly colors: Colors;
}

/** A canvas with a size in CSS. It is drawn when `redraw` is called, and when its size or the theme changes. */
export function useCanvas(draw: (drawing: Drawing) => void) {
  const canvas = ref<HTMLCanvasElement>();
  const { isDark } = useData();
  let frame = 0;

  function paint(): void {
    frame = 0;
    const element = canvas.value;
    const context = element?.getContext('2d');
    if (element === undefined || !context) return;
    const { clientWidth: width, clientHeight: height } = element;
    const density = window.devicePixelRatio;
    Object.assign(element, { width: Math.round(width * density), height: Math.round(height * density) });
    context.scale(density, density);
    draw({ context, width, height, colors: readColors() });
  }

  /** Draws once before the next frame of the browser. */
  function redraw(): void {
    if (frame === 0) frame = requestAnimationFrame(paint);
  }

  let observer: ResizeObserver | null = null;
  onMounted(() => {
    if (canvas.value === undefined) return;
    observer = new ResizeObserver(redraw);
    observer.observe(canvas.value);
  });
  // The colors change after the theme has set its class.
  watch(isDark, redraw, { flush: 'post' });
  onBeforeUnmount(() => {
    observer?.disconnect();
    cancelAnimationFrame(frame);
  });
  return { canvas, redraw };
}
