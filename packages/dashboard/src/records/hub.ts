import { functionOf, readArgument, text } from '@manabi/errors';
import { History } from './history.ts';
import type { DashboardRecord, RecordSink, RecordSource } from './record.ts';

type Listener = (record: DashboardRecord) => void;
type StopListener = (run: string) => void;

const listenerKind = functionOf<Listener>('a function (record) => void');
const stopKind = functionOf<StopListener>('a function (run) => void');

/**
 * Passes records from trainings to views. A view that subscribes late first receives the earlier records; long series are
 * thinned to at most 1,000 records, and of tables such as the confusion matrix only the last one is kept.
 *
 * @example
 * ```ts
 * import { RecordHub } from '@manabi/dashboard';
 *
 * const hub = new RecordHub();
 * hub.write({ type: 'ended', run: 'a', time: 0, outcome: 'finished', message: '' });
 * const types: string[] = [];
 * const end = hub.subscribe(({ type }) => void types.push(type));
 * console.log(types); // ['ended']
 * end();
 * ```
 */
export class RecordHub implements RecordSink, RecordSource {
  readonly #history = new History();
  readonly #listeners = new Set<Listener>();
  readonly #stopListeners = new Set<StopListener>();

  /** Stores a record, and passes it to all subscribers. */
  write(record: DashboardRecord): void {
    this.#history.add(record);
    for (const listener of [...this.#listeners]) listener(record);
  }

  /**
   * Calls a function with all stored records, and then with each new one.
   *
   * @returns a function that ends the subscription
   * @throws ManabiError `argument` unless `listener` is a function
   */
  subscribe(listener: Listener): () => void {
    readArgument('subscribe', 'listener', listener, listenerKind);
    // A new function, so that a function can subscribe twice.
    const own: Listener = (record) => listener(record);
    for (const record of this.#history.records) own(record);
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }

  /** The stored records, in the order in which they were written. */
  get records(): readonly DashboardRecord[] {
    return this.#history.records;
  }

  /** Asks the training of a run to end after its current batch. */
  stop(run: string): void {
    readArgument('stop', 'run', run, text);
    for (const listener of [...this.#stopListeners]) listener(run);
  }

  /** Calls a function whenever `stop` is called. Returns a function that ends this. */
  onStop(listener: StopListener): () => void {
    readArgument('onStop', 'listener', listener, stopKind);
    const own: StopListener = (run) => listener(run);
    this.#stopListeners.add(own);
    return () => void this.#stopListeners.delete(own);
  }
}
