/** A curve of a history: the values of a metric in training or validation. */
export interface Curve {
  readonly label: 'training' | 'validation';
  readonly values: readonly number[];
}

/** The curves of one metric, with the range of their values. */
export interface Panel {
  /** Name of the metric in logs: `loss`. */
  readonly title: string;
  readonly curves: readonly Curve[];
  /** Number of epochs: that of the longest curve. */
  readonly epochs: number;
  readonly low: number;
  readonly high: number;
}

/** Groups the values of a history into one panel for each metric. Metrics without a finite value are left out. */
export function panelsOf(history: Readonly<Record<string, readonly number[]>>, names: readonly string[]): Panel[] {
  return names.flatMap((title) => {
    const validation = `val${title.charAt(0).toUpperCase()}${title.slice(1)}`;
    const curves: Curve[] = [];
    if (Object.hasOwn(history, title)) curves.push({ label: 'training', values: history[title] });
    if (Object.hasOwn(history, validation)) curves.push({ label: 'validation', values: history[validation] });
    const finite = curves.flatMap(({ values }) => values.filter(Number.isFinite));
    if (finite.length === 0) return [];
    const [least, most] = [Math.min(...finite), Math.max(...finite)];
    // A constant curve lies in the middle of its panel.
    const margin = least === most ? Math.abs(least) / 2 || 1 : 0;
    const epochs = Math.max(...curves.map(({ values }) => values.length));
    return [{ title, curves, epochs, low: least - margin, high: most + margin }];
  });
}

/** Returns the names of the metrics in a history, without those of validation that have a training curve. */
export function metricsIn(history: Readonly<Record<string, readonly number[]>>): readonly string[] {
  const names = Object.keys(history).map((name) =>
    /^val[A-Z]/.test(name) ? `${name.charAt(3).toLowerCase()}${name.slice(4)}` : name,
  );
  return [...new Set(names)];
}

/** Formats a value with four significant digits: `0.0123`, `1.235e+6`. */
export function shortValue(value: number): string {
  const size = Math.abs(value);
  const isPlain = size === 0 || (size >= 1e-3 && size < 1e5);
  return isPlain ? String(Number(value.toPrecision(4))) : value.toExponential(3);
}
