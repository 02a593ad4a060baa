import { h, type VNode } from 'vue';
import './probability-bars.css';

/** Draws a bar for the probability of each digit. */
export function probabilityBars(probabilities: readonly number[] | null): VNode {
  const values = probabilities ?? Array.from({ length: 10 }, () => 0);
  const best = probabilities === null ? -1 : values.indexOf(Math.max(...values));
  return h(
    'ul',
    { class: 'probability-bars', 'aria-label': 'Probability of each digit' },
    values.map((value, digit) =>
      h('li', { key: digit, class: { best: digit === best } }, [
        h('span', { class: 'name' }, String(digit)),
        h('span', { class: 'bar' }, [h('span', { style: { width: `${100 * value}%` } })]),
        h('span', { class: 'value' }, probabilities === null ? '–' : `${Math.round(100 * value)} %`),
      ]),
    ),
  );
}

/** Says which digit is the most likely. */
export function answerOf(probabilities: readonly number[] | null): string {
  if (probabilities === null) return 'Draw or choose a digit.';
  const best = Math.max(...probabilities);
  return `The network sees a ${probabilities.indexOf(best)} (${Math.round(100 * best)} %).`;
}
