import { defineComponent, h, shallowRef, type VNode } from 'vue';
import { chart } from '../../plots/chart.ts';
import type { Point } from '../../plots/thin.ts';
import { DemoFrame } from '../shared/demo-frame.ts';
import { selectField } from '../shared/fields.ts';
import { useCanvas } from '../shared/use-canvas.ts';
import { useDemo } from '../shared/use-demo.ts';
import './embeddings.css';
import type { Input, Output } from './messages.ts';
import { type LearnedText, type TextName, texts } from './texts.ts';
import { drawWordMap, nearestWords, placesOf } from './word-map.ts';

const textNames = Object.keys(texts) as TextName[]; // the keys of a constant

/** Words that move on a plane while a network learns from a text. */
export const Embeddings = defineComponent(() => {
  const name = shallowRef<TextName>('short sentences');
  const output = shallowRef<Output | null>(null);
  const losses = shallowRef<readonly Point[]>([]);
  const word = shallowRef('');

  const text = (): LearnedText => texts[name.value];
  const groups = () => Object.entries(text().groups);
  const groupOf = (each: string) => {
    const index = groups().findIndex(([, words]) => words.includes(each));
    return index < 0 ? undefined : index;
  };
  const marked = () => Math.max(0, output.value?.words.indexOf(word.value) ?? 0);

  const map = useCanvas((drawing) => {
    if (output.value !== null) drawWordMap(drawing, output.value, groupOf, marked());
  });

  const controls = useDemo<Input, Output>({
    name: 'embeddings',
    operations: 1e7,
    initial: () => [{ text: name.value }],
    show: (next) => {
      // A report may be of the text before.
      if (next.text !== name.value) return;
      const isNew = next.step < (output.value?.step ?? 0);
      // Before the first step, there is no loss.
      if (next.step > 0) losses.value = [...(isNew ? [] : losses.value), [next.step, next.loss]];
      output.value = next;
      if (!next.words.includes(word.value)) choose(next.words[0]);
      map.redraw();
    },
    clear,
  });

  function clear(): void {
    output.value = null;
    losses.value = [];
    map.redraw();
  }

  function choose(next: string): void {
    word.value = next;
    map.redraw();
  }

  /** Chooses the word below the pointer. */
  function point(event: PointerEvent): void {
    const { value: shown } = output;
    const { value: canvas } = map.canvas;
    if (shown === null || canvas === undefined) return;
    const distances = placesOf(shown.positions, canvas.clientWidth, canvas.clientHeight).map(({ x, y }) =>
      Math.hypot(x - event.offsetX, y - event.offsetY),
    );
    const nearest = Math.min(...distances);
    if (nearest < 20) choose(shown.words[distances.indexOf(nearest)]);
  }

  function summary(): string {
    if (output.value === null) return 'Not trained yet.';
    return `Step ${output.value.step}. Loss ${output.value.loss.toFixed(3)}. ${output.value.words.length} words.`;
  }

  function legend(): VNode {
    const keys = text().task === 'reviews' ? ['positive', 'negative'] : groups().map(([group]) => group);
    return h(
      'ul',
      { class: 'embeddings-legend', 'aria-label': 'Colors' },
      keys.map((key, i) => h('li', { style: { '--key': `var(--curve-${i})` } }, key)),
    );
  }

  function wordList(): VNode | null {
    if (output.value === null) return null;
    const { language } = text();
    const probability = output.value.positive?.[marked()];
    return h('div', { class: 'embeddings-word', lang: language }, [
      selectField('Word', output.value.words, word.value, choose),
      h('p', [
        h('span', { lang: 'en' }, 'Nearest words: '),
        h('strong', nearestWords(output.value, marked(), 5).join(', ')),
      ]),
      probability === undefined
        ? null
        : h('p', { lang: 'en' }, `A review of this word alone is positive with ${Math.round(100 * probability)} %.`),
    ]);
  }

  return () =>
    h(DemoFrame, { title: 'Words on a plane', controls }, () => [
      h('div', { class: 'embeddings-views' }, [
        h('figure', [
          h('figcaption', 'Two coordinates for each word'),
          h('canvas', {
            ref: map.canvas,
            class: 'embeddings-map',
            role: 'img',
            'aria-label': `Words as points. ${summary()} The list of words says which are near each other.`,
            onPointermove: point,
            onPointerdown: point,
          }),
          legend(),
        ]),
        h('div', [
          selectField('Text', textNames, name.value, (next) => {
            name.value = next;
            clear();
            controls.restart({ text: next });
          }),
          h('p', { class: 'demo-summary' }, summary()),
          wordList(),
          h('div', {
            innerHTML: chart('Loss', [{ label: 'loss', points: losses.value }], { step: 'step', values: 'Values' }),
          }),
        ]),
      ]),
      h('details', [
        h('summary', 'The text'),
        h('p', { class: 'embeddings-text', lang: text().language }, text().sentences.join(' / ')),
      ]),
    ]);
});
