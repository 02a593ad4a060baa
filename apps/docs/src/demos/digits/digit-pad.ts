import { defineComponent, h, type PropType, shallowRef, watch } from 'vue';
import { css, imageOf } from '../shared/colors.ts';
import { type Drawing, useCanvas } from '../shared/use-canvas.ts';
import { centerDigit } from './center-digit.ts';
import './digit-pad.css';
import { type DigitPixels, SIDE } from './messages.ts';

/** Pixels per side of the drawing from which the digit is made. */
const RESOLUTION = 140;
/** Width of lines, as a part of the side. */
const LINE = 0.075;

/** A point of a line, as parts of the side. */
type Position = readonly [number, number];

/** A canvas to draw a digit on with a mouse, pen or finger, digits of MNIST to choose instead, and the digit that results. */
export const DigitPad = defineComponent({
  props: {
    /** Digits to choose from, from 0 to 9. */
    samples: { type: Array as PropType<readonly DigitPixels[]>, required: true },
  },
  emits: {
    /** The digit has changed; null after Clear. */
    digit: (_pixels: DigitPixels | null) => true,
  },
  setup(props, { emit }) {
    const lines = shallowRef<readonly (readonly Position[])[]>([]);
    const sample = shallowRef<number | null>(null);
    const digit = shallowRef<DigitPixels | null>(null);
    let isDrawing = false;

    const pad = useCanvas((drawing) => {
      const chosen = sample.value === null ? undefined : props.samples[sample.value];
      if (chosen !== undefined) drawDigit(drawing, chosen);
      else drawLines(drawing.context, drawing.width, lines.value, css(drawing.colors.text));
    });
    const seen = useCanvas((drawing) => {
      if (digit.value !== null) drawDigit(drawing, digit.value);
    });

    function show(pixels: DigitPixels | null): void {
      digit.value = pixels;
      pad.redraw();
      seen.redraw();
      emit('digit', pixels);
    }

    function positionOf(event: PointerEvent): Position {
      const box = pad.canvas.value?.getBoundingClientRect() ?? new DOMRect();
      return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
    }

    const draw = {
      onPointerdown: (event: PointerEvent) => {
        if (event.button !== 0) return;
        pad.canvas.value?.setPointerCapture(event.pointerId);
        isDrawing = true;
        const before = sample.value === null ? lines.value : [];
        sample.value = null;
        lines.value = [...before, [positionOf(event)]];
        show(digitOf(lines.value));
      },
      onPointermove: (event: PointerEvent) => {
        if (!isDrawing) return;
        const last = lines.value.length - 1;
        lines.value = [...lines.value.slice(0, last), [...lines.value[last], positionOf(event)]];
        show(digitOf(lines.value));
      },
      onPointerup: () => {
        isDrawing = false;
      },
      onPointercancel: () => {
        isDrawing = false;
      },
    };

    function choose(index: number): void {
      sample.value = index;
      lines.value = [];
      show(props.samples[index]);
    }

    function clear(): void {
      sample.value = null;
      lines.value = [];
      show(null);
    }

    // Without samples, a chosen one is gone.
    watch(
      () => props.samples,
      (samples) => {
        if (samples.length === 0 && sample.value !== null) clear();
      },
    );

    return () =>
      h('div', { class: 'digit-pad' }, [
        h('div', { class: 'digit-canvases' }, [
          h('figure', [
            h('figcaption', 'Draw a digit'),
            h('canvas', {
              ref: pad.canvas,
              class: 'digit-paper',
              role: 'img',
              'aria-label': sample.value === null ? 'Paper for a digit' : `A ${sample.value} of MNIST`,
              ...draw,
            }),
          ]),
          h('figure', [
            h('figcaption', '28 × 28 pixels'),
            h('canvas', {
              ref: seen.canvas,
              class: 'digit-seen',
              role: 'img',
              'aria-label': 'What the network gets',
            }),
            h('button', { type: 'button', onClick: clear }, 'Clear'),
          ]),
        ]),
        h('div', { class: 'digit-samples', role: 'group', 'aria-label': 'Digits of MNIST' }, [
          h('span', 'Or choose one:'),
          ...Array.from({ length: 10 }, (_, i) =>
            h(
              'button',
              {
                type: 'button',
                disabled: props.samples.length === 0,
                'aria-pressed': sample.value === i,
                onClick: () => choose(i),
              },
              String(i),
            ),
          ),
        ]),
      ]);
  },
});

/** Converts lines to a digit. */
function digitOf(lines: readonly (readonly Position[])[]): DigitPixels | null {
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { width: RESOLUTION, height: RESOLUTION });
  const context = canvas.getContext('2d');
  if (context === null) return null;
  drawLines(context, RESOLUTION, lines, '#000');
  const { data } = context.getImageData(0, 0, RESOLUTION, RESOLUTION);
  // Where nothing is drawn, the canvas is transparent.
  const ink = Uint8Array.from({ length: RESOLUTION * RESOLUTION }, (_, i) => data[4 * i + 3]);
  return centerDigit(ink, RESOLUTION);
}

function drawLines(
  context: CanvasRenderingContext2D,
  side: number,
  lines: readonly (readonly Position[])[],
  color: string,
): void {
  Object.assign(context, { lineWidth: LINE * side, lineCap: 'round', lineJoin: 'round', strokeStyle: color });
  for (const [first, ...others] of lines) {
    context.beginPath();
    context.moveTo(first[0] * side, first[1] * side);
    // A line to its own start is a dot.
    for (const [x, y] of [first, ...others]) context.lineTo(x * side, y * side);
    context.stroke();
  }
}

/** Draws the pixels of a digit as ink on paper. */
function drawDigit({ context, width, height, colors }: Drawing, pixels: DigitPixels): void {
  context.imageSmoothingEnabled = false;
  context.drawImage(imageOf(pixels, SIDE, 1 / 255, { ...colors, positive: colors.text }), 0, 0, width, height);
}
