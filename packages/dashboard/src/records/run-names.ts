import type { DashboardRecord } from './record.ts';

/**
 * Names of runs from several files or sources, of which each run has its own.
 *
 * @example
 * ```ts
 * import { RunNames } from '@manabi/dashboard';
 *
 * const names = new RunNames();
 * const [first, second] = [names.reader(), names.reader()];
 * const ended = { type: 'ended', run: 'a', time: 0, outcome: 'finished', message: '' } as const;
 * console.log(first(ended).run, second(ended).run); // a a (2)
 * ```
 */
export class RunNames {
  readonly #given = new Map<string, { readonly run: string; readonly reader: object }>();

  /**
   * Returns a function that renames the runs of a file or source where necessary: runs of several sources, and several runs
   * of a file, may have the same name. A run begins with its record `started`.
   */
  reader(): (record: DashboardRecord) => DashboardRecord {
    const current = new Map<string, string>();
    const begun = new Set<string>();
    const reader = (record: DashboardRecord): DashboardRecord => {
      const { run } = record;
      let name = current.get(run);
      const isNew = name === undefined || (record.type === 'started' && begun.has(name));
      if (name === undefined || isNew) {
        name = run;
        for (let number = 2; this.#given.has(name); number++) name = `${run} (${number})`;
        this.#given.set(name, { run, reader });
        current.set(run, name);
      }
      if (record.type === 'started') begun.add(name);
      return name === run ? record : { ...record, run: name };
    };
    return reader;
  }

  /** Returns the own name of a run that a reader named; null for runs of other readers. */
  ownName(name: string, reader: (record: DashboardRecord) => DashboardRecord): string | null {
    const found = this.#given.get(name);
    return found !== undefined && found.reader === reader ? found.run : null;
  }
}
