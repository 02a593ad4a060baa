import { ManabiError } from '@manabi/core';
import {
  integer,
  type Kind,
  type KindsOf,
  listOf,
  name,
  nullable,
  oneOf,
  optional,
  readArgument,
  readOptions,
  wrongArgument,
} from '@manabi/errors';
import { didYouMean, isPlainObject, nearestNames } from '@manabi/errors/internal';
import { historySvg } from './history-svg.ts';
import { panelText } from './history-text.ts';
import { metricsIn, panelsOf } from './series.ts';

/** Options of `plotHistory`. */
export interface PlotHistoryOptions {
  /** `text` for a terminal, `svg` for a picture (default: `text`). */
  readonly format?: 'text' | 'svg';
  /** Names of the losses and metrics to plot, each with its validation curve; null for all (default: null). */
  readonly metrics?: readonly string[] | null;
  /** Width of the curves in characters, for `text` (default: 60). */
  readonly width?: number;
  /** Height of the curves in lines, for `text` (default: 11). */
  readonly height?: number;
}

const kinds = {
  format: optional(oneOf('text', 'svg'), 'text'),
  metrics: optional(nullable(listOf(name)), null),
  width: optional(integer({ min: 10, max: 1000 }), 60),
  height: optional(integer({ min: 3, max: 200 }), 11),
} satisfies KindsOf<PlotHistoryOptions>;

type Values = Readonly<Record<string, readonly number[]>>;

const EXPECTED = 'the history that fit() returns, or an object with arrays of numbers';

const historyKind: Kind<{ readonly history: Values } | Values> = {
  expected: EXPECTED,
  accepts: (given) => typeof given === 'object' && given !== null,
  read: (given, location) => {
    if (typeof given === 'object' && given !== null && 'history' in given && isValues(given.history)) {
      return { history: given.history };
    }
    if (isValues(given)) return given;
    throw wrongArgument(location, EXPECTED, given);
  },
};

function isValues(given: unknown): given is Values {
  const isCurve = (curve: unknown): boolean => Array.isArray(curve) && curve.every((one) => typeof one === 'number');
  return isPlainObject(given) && Object.values(given).every(isCurve);
}

/**
 * Plots the losses and metrics of a training over its epochs, one panel for each, with training and validation curves.
 * Returns text for a terminal, in which the curves consist of different characters, or an SVG picture.
 *
 * @param history the result of `model.fit`, or its `history`
 * @throws ManabiError `argument` for other values, and for metrics that the history lacks, with the nearest names
 * @example
 * ```ts
 * import { plotHistory } from 'manabi';
 *
 * const history = { loss: [1, 0.5, 0.25], valLoss: [1, 0.75, 0.7] };
 * console.log(plotHistory(history));
 * console.log(plotHistory(history, { format: 'svg' }).startsWith('<svg')); // true
 * ```
 */
export function plotHistory(history: { readonly history: Values } | Values, options: PlotHistoryOptions = {}): string {
  const given = readArgument('plotHistory', 'history', history, historyKind);
  // The type allows a metric of the name `history`, whose values would be an array.
  const values = 'history' in given && !Array.isArray(given.history) ? (given.history as Values) : (given as Values);
  const { format, metrics, width, height } = readOptions('plotHistory', options, kinds);
  const known = metricsIn(values);
  const unknown = metrics?.find((metric) => !known.includes(metric));
  if (unknown !== undefined) {
    throw new ManabiError(
      'argument',
      `\`metrics\` must contain names of the history; got '${unknown}'. ${didYouMean(unknown, known)}`,
      { op: 'plotHistory', data: { name: 'metrics', given: unknown, nearest: nearestNames(unknown, known), known } },
    );
  }
  const panels = panelsOf(values, metrics ?? known);
  return format === 'svg' ? historySvg(panels) : panels.map((panel) => panelText(panel, width, height)).join('\n\n');
}
