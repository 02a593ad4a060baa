import type { ConfusionRecord } from '../records/record.ts';
import type { Section } from './curves.ts';
import { html, scrolling } from './dom.ts';
import { countText, percentText } from './format.ts';
import type { RunState } from './run-state.ts';

/** Creates the confusion matrices of a run, one for each output that predicts classes. */
export function confusionSection(run: () => RunState | null): Section {
  const body = html('div', {});
  const element = html(
    'section',
    { 'aria-labelledby': 'confusion' },
    html('h2', { id: 'confusion' }, 'Confusion matrix'),
    body,
  );
  return {
    element,
    draw: () => {
      const records = [...(run()?.confusions.values() ?? [])];
      element.hidden = records.length === 0;
      body.replaceChildren(...records.map((record) => matrix(record, records.length > 1)));
    },
  };
}

function matrix(record: ConfusionRecord, isNamed: boolean): HTMLElement {
  const { classes, counts, samples, correct, classCount, data, epoch, output } = record;
  const of = isNamed ? `${output}: ` : '';
  const part =
    classes.length < classCount
      ? ` The ${classes.length} most confused of ${countText(classCount)} classes are listed.`
      : '';
  const summary =
    `${of}${countText(correct)} of ${countText(samples)} samples correct (${percentText(samples === 0 ? 0 : correct / samples)}), ` +
    `${data === 'validation' ? 'validation data' : 'last training batch'}, after epoch ${epoch + 1}.${part}`;
  const head = html(
    'tr',
    {},
    html('td', { class: 'corner' }, 'true \\ predicted'),
    ...classes.map((name) => html('th', { scope: 'col' }, name)),
    html('th', { scope: 'col', class: 'recall' }, 'correct'),
  );
  const rows = counts.map((row, i) => {
    const total = row.reduce((sum, count) => sum + count, 0);
    const cells = row.map((count, j) => {
      const cell = html(
        'td',
        { class: count === 0 ? 'none' : i === j ? 'right' : 'wrong' },
        count === 0 ? '·' : countText(count),
      );
      if (count > 0) cell.style.setProperty('--share', `${Math.round(Math.sqrt(count / total) * 45 + 5)}%`);
      return cell;
    });
    const recall = total === 0 ? '' : percentText(row[i] / total);
    return html('tr', {}, html('th', { scope: 'row' }, classes[i]), ...cells, html('td', { class: 'recall' }, recall));
  });
  const caption = html('caption', {}, 'Number of samples by true class (rows) and predicted class (columns)');
  const content = html('table', { class: 'matrix' }, caption, html('thead', {}, head), html('tbody', {}, ...rows));
  return html('div', {}, html('p', {}, summary), scrolling(`${of}Table of the confusion matrix`, content));
}
