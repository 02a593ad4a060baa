import { ManabiError } from '@manabi/core';
import type { BatchLogs, LogMaker, ReadValues } from './batch-logs.ts';
import type { CallbackHooks, HookResult, RunParams, SavePoint } from './listener.ts';
import type { CallbackState } from './state-reader.ts';
import type { TrainedModel } from './trained-model.ts';

type Mode = 'train' | 'test' | 'predict';

type BatchHook = (batch: number, logs: BatchLogs) => HookResult;

/** A list of callbacks, whose hooks are called in order. */
export class ListenerList {
  readonly #callbacks: readonly CallbackHooks[];
  readonly #begins: { readonly [M in Mode]: readonly BatchHook[] };
  readonly #savers: readonly CallbackHooks[];
  readonly #ends: { readonly [M in Mode]: readonly BatchHook[] };
  /** Number of hooks that have been called and have not returned. */
  #calls = 0;

  constructor(callbacks: readonly CallbackHooks[], model: TrainedModel, params: RunParams) {
    this.#callbacks = callbacks;
    for (const callback of callbacks) {
      callback.setModel?.(model);
      callback.setParams?.(params);
    }
    this.#savers = callbacks.filter(({ onSavePoint }) => onSavePoint !== undefined);
    const hooks = (...names: readonly BatchHookName[]): BatchHook[] =>
      callbacks.flatMap((callback) => names.flatMap((name) => callback[name]?.bind(callback) ?? []));
    this.#begins = {
      train: hooks('onTrainBatchBegin', 'onBatchBegin'),
      test: hooks('onTestBatchBegin'),
      predict: hooks('onPredictBatchBegin'),
    };
    this.#ends = {
      train: hooks('onTrainBatchEnd', 'onBatchEnd'),
      test: hooks('onTestBatchEnd'),
      predict: hooks('onPredictBatchEnd'),
    };
  }

  /** Whether a hook of a callback is running. */
  get isCalling(): boolean {
    return this.#calls > 0;
  }

  /** Calls a hook of each callback that defines it. */
  async call(hook: (callback: CallbackHooks) => HookResult | undefined): Promise<void> {
    for (const callback of this.#callbacks) await this.#counted(() => hook(callback));
  }

  /** Calls the hook `onSavePoint` of all callbacks. Returns a promise if a callback must be awaited. */
  savePoint(point: SavePoint): Promise<void> | null {
    return this.#savers.length === 0 ? null : this.#savePoint(point);
  }

  async #savePoint(point: SavePoint): Promise<void> {
    for (const callback of this.#savers) await callback.onSavePoint?.(point);
  }

  /** Returns the states of all callbacks that have state, by name. */
  async states(): Promise<Record<string, CallbackState>> {
    const states: Record<string, CallbackState> = {};
    for (const [name, callback] of this.#withState()) {
      const state = await callback.getState?.();
      if (state !== undefined) states[name] = state;
    }
    return states;
  }

  /**
   * Restores the states of callbacks in a resumed training. Callbacks without a saved state start from their initial state.
   *
   * @throws ManabiError `argument` if a callback is missing, or rejects its state
   */
  async setStates(states: Readonly<Record<string, CallbackState>>): Promise<void> {
    const stateful = this.#withState();
    const missing = Object.keys(states).find((name) => !stateful.has(name));
    if (missing !== undefined) {
      throw new ManabiError(
        'argument',
        `The resumed training had the callback ${missing}, which is missing here. Pass the same callbacks to fit.`,
        { op: 'fit', data: { callback: missing, given: [...stateful.keys()] } },
      );
    }
    for (const [name, state] of Object.entries(states)) await stateful.get(name)?.setState?.(state);
  }

  /** Returns the callbacks that have state, by name; a number is appended to a repeated name. */
  #withState(): Map<string, CallbackHooks> {
    const named = new Map<string, CallbackHooks>();
    for (const callback of this.#callbacks) {
      const { stateName } = callback;
      if (stateName === undefined) continue;
      let name = stateName;
      for (let number = 1; named.has(name); number++) name = `${stateName}_${number}`;
      named.set(name, callback);
    }
    return named;
  }

  /** Calls the hooks for the start of a batch. Returns a promise if a callback must be awaited. */
  batchBegin(mode: Mode, batch: number): Promise<void> | null {
    return this.#callEach(this.#begins[mode], batch, NO_LOGS);
  }

  /** Calls the hooks for the end of a batch. Returns a promise if a callback must be awaited. */
  batchEnd(mode: Mode, batch: number, logs: LogMaker, read: ReadValues): Promise<void> | null {
    const hooks = this.#ends[mode];
    if (hooks.length === 0) return null;
    const called = this.#callEach(hooks, batch, logs.make(batch, read));
    return called === null ? logs.end() : called.then(() => logs.end() ?? undefined);
  }

  /** Calls a batch hook of each callback in order, and awaits only those that return a promise. */
  #callEach(hooks: readonly BatchHook[], batch: number, logs: BatchLogs): Promise<void> | null {
    for (let i = 0; i < hooks.length; i++) {
      const result = this.#counted(() => hooks[i](batch, logs));
      if (result instanceof Promise) {
        return result.then(() => this.#callEach(hooks.slice(i + 1), batch, logs) ?? undefined);
      }
    }
    return null;
  }

  #counted(hook: () => HookResult | undefined): HookResult | undefined {
    this.#calls++;
    const end = (): void => void this.#calls--;
    let result: HookResult | undefined;
    try {
      result = hook();
    } catch (error) {
      end();
      throw error;
    }
    if (result instanceof Promise) return result.finally(end);
    end();
    return result;
  }
}

type BatchHookName =
  | 'onBatchBegin'
  | 'onBatchEnd'
  | 'onTrainBatchBegin'
  | 'onTrainBatchEnd'
  | 'onTestBatchBegin'
  | 'onTestBatchEnd'
  | 'onPredictBatchBegin'
  | 'onPredictBatchEnd';

const NO_LOGS: BatchLogs = {};
