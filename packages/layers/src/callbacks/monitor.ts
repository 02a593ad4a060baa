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

/** Whether smaller or larger values are better; `auto`: as the metric of that name says. */
export type MonitorMode = 'auto' | 'min' | 'max';

/** What callbacks that watch a value take. */
export interface MonitorOptions {
  /** A name in the logs of epochs; by default `valLoss`. Keras's spelling `val_loss` is the same. */
  readonly monitor?: string;
  /** By default `auto`. */
  readonly mode?: MonitorMode;
  /** What is no more than this is no improvement. */
  readonly minDelta?: number;
}

/**
 * The options of callbacks that watch a value.
 *
 * @param minDelta its default
 */
/* @__NO_SIDE_EFFECTS__ */
export function monitorKinds(minDelta = 0) {
  return {
    monitor: optional(name, 'valLoss'),
    mode: optional(oneOf('auto', 'min', 'max'), 'auto'),
    minDelta: optional(number(), minDelta),
  } satisfies KindsOf<MonitorOptions>;
}

/** The kind of values in logs, which may be NaN or infinite. */
const valueKind: Kind<number> = kind('a number', (given): given is number => typeof given === 'number');

const logsKind = recordOf(valueKind);

/** The kind of models. */
const modelKind: Kind<TrainedModel> = kind(
  'a model',
  (given): given is TrainedModel => isLayer(given) && isNetwork(given) && 'trainer' in given,
);

/** Watches a value in the logs of epochs. */
export class Monitor {
  readonly name: string;
  readonly #callback: string;
  readonly #mode: MonitorMode;
  readonly #minDelta: number;
  #sign: 1 | -1 | null = null;

  /**
   * @param callback the callback's name, for messages
   * @throws ManabiError `argument` for options that do not fit
   */
  constructor(callback: string, options: MonitorOptions = {}) {
    this.#callback = readArgument('Monitor', 'callback', callback, name);
    const { monitor, mode, minDelta } = readOptions(callback, options, monitorKinds());
    this.name = logName(monitor);
    this.#mode = mode;
    this.#minDelta = Math.abs(minDelta);
  }

  /** Returns the value of an epoch; null, with a warning, if the logs do not have it. */
  valueIn(logs: Logs): number | null {
    readArgument(this.#callback, 'logs', logs, logsKind);
    const found = Object.keys(logs).find((name) => sameName(name, this.name));
    if (found !== undefined) return logs[found];
    console.warn(
      `${this.#callback} watches '${this.name}', which is not in the logs of this epoch. There are: ` +
        `${Object.keys(logs).join(', ')}.`,
    );
    return null;
  }

  /**
   * Whether a value is better than another one, by more than the least difference; whatever comes first is.
   *
   * @throws ManabiError `argument` if nobody knows whether larger is better
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
