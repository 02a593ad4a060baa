import { cyan, green, plot } from 'asciichart';

/** The plots: title, and the names under which logs contain the training and the validation values. */
const PLOTS = [
  { title: 'loss', name: 'loss', validation: 'valLoss' },
  { title: 'accuracy', name: 'accuracy', validation: 'valAccuracy' },
] as const;

const HEIGHT = 8;
const WIDTH = 60;

/**
 * Plots loss and accuracy over the epochs as text; returns an empty string for fewer than two epochs.
 *
 * @param history logs by name, as `fit` returns them
 * @param coloured whether to use colours; without them, only the training series is plotted, since the two series would
 * look alike
 */
export function curves(history: Readonly<Record<string, readonly number[]>>, coloured: boolean): string {
  const plots = PLOTS.flatMap(({ title, name, validation }) => {
    const training = drawable(history[name]);
    if (training === null) return [];
    const validated = coloured ? drawable(history[validation]) : null;
    const legend = validated === null ? title : `${title}: ${green}training\u001b[0m, ${cyan}validation\u001b[0m`;
    const series = validated === null ? [training] : [training, validated];
    const options = { height: HEIGHT, format: tick, ...(coloured ? { colors: [green, cyan] } : {}) };
    return [`${legend}, over ${history[name].length} epochs\n${plot(series, options)}`];
  });
  return plots.join('\n\n');
}

/** Stretches or shortens a series to the width of the plot; returns null if the series cannot be plotted. */
function drawable(values: readonly number[] | undefined): readonly number[] | null {
  if (values === undefined || values.length < 2 || !values.every(Number.isFinite)) return null;
  return Array.from({ length: WIDTH }, (_, column) => {
    const position = (column * (values.length - 1)) / (WIDTH - 1);
    const before = Math.min(Math.floor(position), values.length - 2);
    return values[before] + (position - before) * (values[before + 1] - values[before]);
  });
}

function tick(value: number): string {
  return value.toFixed(4).padStart(9);
}
