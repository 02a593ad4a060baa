import { computed, defineComponent, h, shallowRef, type VNode } from 'vue';
import type { Point } from '../../plots/thin.ts';
import { DigitPad } from '../digits/digit-pad.ts';
import { accuracyChart, progressText, withAccuracy } from '../digits/digit-progress.ts';
import type { DigitPixels } from '../digits/messages.ts';
import { answerOf, probabilityBars } from '../digits/probability-bars.ts';
import { DemoFrame } from '../shared/demo-frame.ts';
import { selectField } from '../shared/fields.ts';
import { useCanvas } from '../shared/use-canvas.ts';
import { useDemo } from '../shared/use-demo.ts';
import { drawTiles } from './draw-tiles.ts';
import { FILTERS, type Input, KERNEL, type Output, SECOND } from './messages.ts';
import './filters.css';

/** The filters of a convolutional network that learns to read digits, and what they make of one digit. */
export const Filters = defineComponent(() => {
  const digit = shallowRef<DigitPixels | null>(null);
  const start = shallowRef<Output['start']>(null);
  const output = shallowRef<Output | null>(null);
  const accuracies = shallowRef<readonly Point[]>([]);
  const filter = shallowRef(1);

  const maps = computed(() => (digit.value === null ? null : (output.value?.maps ?? null)));
  const probabilities = computed(() => (digit.value === null ? null : (output.value?.probabilities ?? null)));
  const first = useCanvas((drawing) => {
    const sets = [start.value?.filters ?? null, output.value?.filters ?? null, maps.value?.[0] ?? null];
    fit(first.canvas.value, drawTiles(drawing, sets, FILTERS, filter.value - 1));
  });
  const second = useCanvas((drawing) => {
    fit(second.canvas.value, drawTiles(drawing, [maps.value?.[1] ?? null], SECOND, null));
  });
  const redraw = () => {
    first.redraw();
    second.redraw();
  };

  const controls = useDemo<Input, Output>({
    name: 'filters',
    operations: 1e8,
    initial: () => [{ digit: digit.value }],
    show: (next) => {
      accuracies.value = withAccuracy(accuracies.value, next);
      start.value = next.start ?? start.value;
      output.value = next;
      redraw();
    },
    clear: () => {
      output.value = null;
      start.value = null;
      accuracies.value = [];
      redraw();
    },
  });

  function choose(pixels: DigitPixels | null): void {
    digit.value = pixels;
    controls.send({ digit: pixels });
    redraw();
  }

  /** Lists the weights of the chosen filter. */
  function weightTable(): VNode {
    const weights = output.value?.filters.images[filter.value - 1];
    const row = (i: number) =>
      h(
        'tr',
        Array.from({ length: KERNEL }, (_, j) =>
          h('td', weights === undefined ? '–' : weights[i * KERNEL + j].toFixed(2)),
        ),
      );
    return h('table', { class: 'filters-weights' }, [
      h('caption', `Weights of filter ${filter.value}`),
      h(
        'tbody',
        Array.from({ length: KERNEL }, (_, i) => row(i)),
      ),
    ]);
  }

  return () =>
    h(
      DemoFrame,
      {
        title: 'Filters of a convolutional network',
        controls,
        download: 'Press Start to download manabi (0.3 MB) and 10,000 digits (1.6 MB), and to train here.',
      },
      () => [
        h('p', { class: 'demo-summary' }, progressText(output.value)),
        h('div', { class: 'filters-views' }, [
          h('div', [
            h(DigitPad, { samples: start.value?.samples ?? [], onDigit: choose }),
            h('p', { class: 'filters-answer' }, output.value === null ? 'Press Start.' : answerOf(probabilities.value)),
            probabilityBars(probabilities.value),
          ]),
          h('div', [
            h('figure', [
              h(
                'figcaption',
                `First layer: ${FILTERS} filters before the training, now, and what each finds in the digit`,
              ),
              h('canvas', {
                ref: first.canvas,
                role: 'img',
                'aria-label': `${FILTERS} filters of ${KERNEL} by ${KERNEL} weights, and the map of each`,
              }),
            ]),
            h('figure', [
              h('figcaption', `Second layer: the maps of ${SECOND} filters that combine those above`),
              h('canvas', { ref: second.canvas, role: 'img', 'aria-label': `${SECOND} maps of the digit` }),
            ]),
            selectField(
              'Filter',
              Array.from({ length: FILTERS }, (_, i) => i + 1),
              filter.value,
              (chosen) => {
                filter.value = chosen;
                first.redraw();
              },
            ),
            weightTable(),
          ]),
          h('div', { innerHTML: accuracyChart(accuracies.value) }),
        ]),
      ],
    );
});

/** Makes a canvas as tall as what is drawn on it. */
function fit(canvas: HTMLCanvasElement | undefined, height: number): void {
  if (canvas !== undefined && canvas.clientHeight !== height) canvas.style.height = `${height}px`;
}
