import { h, type VNode } from 'vue';
import './probability-bars.css';

const digits = Array.from({ length: 10 }, (_, digit) => String(digit));

/**
 * Draws a bar for the probability of each digit, or of each class of other networks.
 *
 * @param probabilities null before there are any
 */
export function probabilityBars(
  probabilities: readonly number[] | null,
  names: readonly string[] = digits,
  label = 'Probability of each digit',
): VNode {
  const best = probabilities === null ? -1 : probabilities.indexOf(Math.max(...probabilities));
  return h(
    'ul',
    { class: 'probability-bars', 'aria-label': label },
    names.map((name, i) => {
      const value = probabilities?.[i] ?? 0;
      return h('li', { key: i, class: { best: i === best } }, [
        h('span', { class: 'name' }, name),
        h('span', { class: 'bar' }, [h('span', { style: { width: `${100 * value}%` } })]),
        h('span', { class: 'value' }, probabilities === null ? '–' : `${Math.round(100 * value)} %`),
      ]);
    }),
  );
}

/** Says which digit is the most likely. */
export function answerOf(probabilities: readonly number[] | null): string {
  if (probabilities === null) return 'Draw or choose a digit.';
  const best = Math.max(...probabilities);
  return `The network sees a ${probabilities.indexOf(best)} (${Math.round(100 * best)} %).`;
}
