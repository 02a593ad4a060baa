import {
  anyOf,
  boolean,
  count,
  integer,
  type KindsOf,
  kind,
  listOf,
  name,
  nullable,
  oneOf,
  optional,
  positiveInteger,
  text,
  withMethods,
} from '@manabi/errors';
import { type PageElement, pageElementKind } from '../records/page-element.ts';
import type { RecordSink } from '../records/record.ts';

/** Options of `dashboard`. */
export interface DashboardOptions {
  /** In Node: port of the page on 127.0.0.1; 0 for any free port, null for no page (default: 0). */
  readonly port?: number | null;
  /**
   * In Node: whether the page stays reachable after the training. The process then runs until `close()` or Ctrl-C
   * (default: false).
   */
  readonly keepOpen?: boolean;
  /** In Node: function that prints the URL of the page (default: `console.log`). */
  readonly print?: (text: string) => void;
  /** In a page: element in which the dashboard is shown. */
  readonly element?: PageElement | null;
  /** In Node: file to which records are appended, one line of JSON each; null for none (default: null). */
  readonly file?: string | null;
  /** Further receiver of records, such as `workerSink()` in a worker. */
  readonly sink?: RecordSink | null;
  /** Name of the run (default: name of the model, and the time). */
  readonly run?: string | null;
  /**
   * When to read losses and metrics during an epoch: `auto` for at most four times a second, `batch`, or after every that
   * many batches; `epoch` for only at its end (default: `auto`).
   */
  readonly updateFreq?: 'auto' | 'batch' | 'epoch' | number;
  /**
   * Number of epochs from one record of details (predictions, histograms, plan) to the next; `auto` for after the first two
   * and the last epoch, and between them as often as takes at most 5 % of the time (default: `auto`).
   */
  readonly detailFreq?: 'auto' | number;
  /** Whether to show histograms of weights and gradients (default: true). */
  readonly histograms?: boolean;
  /** Number of samples to show with their predictions (default: 16). */
  readonly samples?: number;
  /**
   * Largest number of validation samples to predict for the confusion matrix and the samples; 0 for neither (default:
   * 10,000).
   */
  readonly predictions?: number;
  /** Names of the classes, in the order of the labels (default: their indices). */
  readonly classNames?: readonly string[] | null;
  /** Whether to show the plan of the training step (default: true). */
  readonly trace?: boolean;
}

const printKind = kind(
  'a function (text) => void',
  (given): given is (text: string) => void => typeof given === 'function',
);

/** Validators of the options of `dashboard`. */
export const dashboardKinds = {
  port: optional(nullable(integer({ min: 0, max: 65535 })), 0),
  keepOpen: optional(boolean, false),
  print: optional(printKind, (text: string) => console.log(text)),
  element: optional(nullable(pageElementKind), null),
  file: optional(nullable(name), null),
  sink: optional(nullable(withMethods<RecordSink>('write')), null),
  run: optional(nullable(name), null),
  updateFreq: optional(anyOf(oneOf('auto', 'batch', 'epoch'), positiveInteger), 'auto'),
  detailFreq: optional(anyOf(oneOf('auto'), positiveInteger), 'auto'),
  histograms: optional(boolean, true),
  samples: optional(count, 16),
  predictions: optional(count, 10_000),
  classNames: optional(nullable(listOf(text)), null),
  trace: optional(boolean, true),
} satisfies KindsOf<DashboardOptions>;
