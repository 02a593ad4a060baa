import { ManabiError } from '@manabi/core';
import {
  type Kind,
  type KindsOf,
  kind,
  name,
  nullable,
  number,
  oneOf,
  optional,
  readArgument,
  readOptions,
  recordOf,
} from '@manabi/errors';
import { isLayer } from '../layer/layer.ts';
import { isNetwork } from '../networks/network.ts';
import type { Logs } from '../training/listeners/batch-logs.ts';
import { logName, sameName } from '../training/listeners/log-names.ts';
import type { TrainedModel } from '../training/listeners/trained-model.ts';

/** Whether smaller (`min`) or larger (`max`) values are better; `auto` infers it from the metric of that name. */
export type MonitorMode = 'auto' | 'min' | 'max';

/** Options of callbacks that monitor a value. */
export interface MonitorOptions {
  /**
   * Name of the value to monitor, as in the logs of epochs; Keras's spelling `val_loss` works too (default: `valLoss`).
   */
  readonly monitor?: string;
  /** Direction of improvement (default: `auto`). */
  readonly mode?: MonitorMode;
  /** Smallest improvement: changes of at most this size do not count as improvements. */
  readonly minDelta?: number;
}

/**
 * Returns the validators of the options of callbacks that monitor a value.
 *
 * @param minDelta default of the option `minDelta`
 */
/* @__NO_SIDE_EFFECTS__ */
export function monitorKinds(minDelta = 0) {
  return {
    monitor: optional(name, 'valLoss'),
    mode: optional(oneOf('auto', 'min', 'max'), 'auto'),
    minDelta: optional(number(), minDelta),
  } satisfies KindsOf<MonitorOptions>;
}

/** Validates a value in logs: a number, which may be NaN or infinite. */
const valueKind: Kind<number> = kind('a number', (given): given is number => typeof given === 'number');

const logsKind = recordOf(valueKind);

/** Validates an argument that must be a model. */
const modelKind: Kind<TrainedModel> = kind(
  'a model',
  (given): given is TrainedModel => isLayer(given) && isNetwork(given) && 'trainer' in given,
);

/**
 * Reads a monitored value from the logs of epochs and decides whether it improved. Use it to write callbacks that react
 * to improvement.
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { callbacks, layers, sequential } from 'manabi';
 *
 * const model = sequential([layers.dense({ units: 1, inputShape: [1] })]);
 * const monitor = new callbacks.Monitor('myCallback', { monitor: 'valLoss', mode: 'min' });
 * console.log(monitor.valueIn({ loss: 0.5, valLoss: 0.7 })); // 0.7
 * console.log(monitor.isImprovement(model, 0.7, 0.9)); // true
 * ```
 */
export class Monitor {
  readonly name: string;
  readonly #callback: string;
  readonly #mode: MonitorMode;
  readonly #minDelta: number;
  #sign: 1 | -1 | null = null;

  /**
   * @param callback name of the callback, for messages
   * @throws ManabiError `argument` for invalid options
   */
  constructor(callback: string, options: MonitorOptions = {}) {
    this.#callback = readArgument('Monitor', 'callback', callback, name);
    const { monitor, mode, minDelta } = readOptions(callback, options, monitorKinds());
    this.name = logName(monitor);
    this.#mode = mode;
    this.#minDelta = Math.abs(minDelta);
  }

  /** Returns the monitored value in the logs of an epoch. If it is missing, warns and returns null. */
  valueIn(logs: Logs): number | null {
    readArgument(this.#callback, 'logs', logs, logsKind);
    const found = Object.keys(logs).find((name) => sameName(name, this.name));
    if (found !== undefined) return logs[found];
    console.warn(
      `${this.#callback}: the monitored value '${this.name}' is missing from the logs of this epoch. Available: ` +
        `${Object.keys(logs).join(', ')}.`,
    );
    return null;
  }

  /**
   * Returns whether a value is better than a reference value by more than `minDelta`; always true if the reference is
   * null.
   *
   * @throws ManabiError `argument` if the direction of improvement cannot be inferred
   */
  isImprovement(model: TrainedModel, value: number, reference: number | null): boolean {
    readArgument(this.#callback, 'model', model, modelKind);
    readArgument(this.#callback, 'value', value, valueKind);
    readArgument(this.#callback, 'reference', reference, nullable(valueKind));
    this.#sign ??= this.#direction(model);
    if (reference === null) return true;
    return this.#sign === 1 ? value - this.#minDelta > reference : value + this.#minDelta < reference;
  }

  #direction(model: TrainedModel): 1 | -1 {
    if (this.#mode !== 'auto') return this.#mode === 'max' ? 1 : -1;
    const metric = /^val[A-Z]/.test(this.name) ? this.name.slice(3) : this.name;
    const direction = model.trainer.directionOf(metric);
    if (direction !== null) return direction === 'up' ? 1 : -1;
    throw new ManabiError(
      'argument',
      `Cannot infer whether '${this.name}' should increase or decrease. Pass mode: 'max' or mode: 'min'.`,
      { op: this.#callback, data: { monitor: this.name } },
    );
  }
}
