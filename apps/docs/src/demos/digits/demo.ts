import { computed, defineComponent, h, shallowRef } from 'vue';
import type { Point } from '../../plots/thin.ts';
import { DemoFrame } from '../shared/demo-frame.ts';
import { selectField } from '../shared/fields.ts';
import { useDemo } from '../shared/use-demo.ts';
import { DigitPad } from './digit-pad.ts';
import { accuracyChart, progressText, withAccuracy } from './digit-progress.ts';
import './digits.css';
import { type DigitPixels, type Input, type NetworkName, networkNames, type Output } from './messages.ts';
import { answerOf, probabilityBars } from './probability-bars.ts';

/** A network that learns to read digits, while the reader draws one. */
export const DrawDigit = defineComponent(() => {
  const network = shallowRef<NetworkName>('convolutional');
  const digit = shallowRef<DigitPixels | null>(null);
  const samples = shallowRef<readonly DigitPixels[]>([]);
  const output = shallowRef<Output | null>(null);
  const accuracies = shallowRef<readonly Point[]>([]);

  const controls = useDemo<Input, Output>({
    name: 'digits',
    operations: 4e7,
    initial: () => [
      { type: 'network', network: network.value },
      { type: 'digit', pixels: digit.value },
    ],
    show: (next) => {
      accuracies.value = withAccuracy(accuracies.value, next);
      samples.value = next.samples ?? samples.value;
      output.value = next;
    },
    clear: () => {
      output.value = null;
      accuracies.value = [];
      samples.value = [];
    },
  });

  const probabilities = computed(() => (digit.value === null ? null : (output.value?.probabilities ?? null)));

  return () =>
    h(
      DemoFrame,
      {
        title: 'Draw a digit',
        controls,
        download: 'Press Start to download manabi (0.3 MB) and 10,000 digits (1.6 MB), and to train here.',
      },
      () => [
        h('div', { class: 'digits-views' }, [
          h(DigitPad, {
            samples: samples.value,
            onDigit: (pixels) => {
              digit.value = pixels;
              controls.send({ type: 'digit', pixels });
            },
          }),
          h('div', [
            h('p', { class: 'digits-answer' }, output.value === null ? 'Press Start.' : answerOf(probabilities.value)),
            probabilityBars(probabilities.value),
          ]),
          h('div', { class: 'digits-training' }, [
            h('div', [
              selectField('Network', networkNames, network.value, (name) => {
                network.value = name;
                controls.restart({ type: 'network', network: name });
              }),
              h('p', { class: 'demo-summary' }, progressText(output.value)),
            ]),
            h('div', { innerHTML: accuracyChart(accuracies.value) }),
          ]),
        ]),
      ],
    );
});
