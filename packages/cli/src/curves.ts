import { cyan, green, plot } from 'asciichart';

/** What is plotted: a value that training logs, and what validation calls it. */
const PLOTS = [
  { title: 'loss', name: 'loss', validation: 'valLoss' },
  { title: 'accuracy', name: 'accuracy', validation: 'valAccuracy' },
] as const;

const HEIGHT = 8;
const WIDTH = 60;

/**
 * How loss and accuracy went, epoch after epoch, in characters; an empty text for fewer than two epochs.
 *
 * @param history as `fit` tells it
 * @param coloured whether series may have colours; without, those of training and validation look alike, so only the
 * first is shown
 */
export function curves(history: Readonly<Record<string, readonly number[]>>, coloured: boolean): string {
  const plots = PLOTS.flatMap(({ title, name, validation }) => {
    const training = drawable(history[name]);
    if (training === null) return [];
    const held = coloured ? drawable(history[validation]) : null;
    const legend = held === null ? title : `${title}: ${green}training\u001b[0m, ${cyan}validation\u001b[0m`;
    const series = held === null ? [training] : [training, held];
    const options = { height: HEIGHT, format: tick, ...(coloured ? { colors: [green, cyan] } : {}) };
    return [`${legend}, over ${history[name].length} epochs\n${plot(series, options)}`];
  });
  return plots.join('\n\n');
}

/** Values for as many columns as there are; null where there is nothing to draw. */
function drawable(values: readonly number[] | undefined): readonly number[] | null {
  if (values === undefined || values.length < 2 || !values.every(Number.isFinite)) return null;
  return Array.from({ length: WIDTH }, (_, column) => {
    const place = (column * (values.length - 1)) / (WIDTH - 1);
    const before = Math.min(Math.floor(place), values.length - 2);
    return values[before] + (place - before) * (values[before + 1] - values[before]);
  });
}

function tick(value: number): string {
  return value.toFixed(4).padStart(9);
}
