import type { DashboardRecord } from './record.ts';

/**
 * Largest number of records of a series in the history of a run; of longer series, every other record is dropped. Of types
 * that are not listed, only the last record is kept.
 */
const MOST = { started: 1, batch: 1000, epoch: 1000, histograms: 30, ended: 1 } as const;

/**
 * The records of several runs in the order in which they were written. Its size is bounded for each run: long series lose
 * every other record, and of tables such as the confusion matrix only the last one is kept.
 */
export class History {
  #records: DashboardRecord[] = [];
  readonly #counts = new Map<string, number>();

  add(record: DashboardRecord): void {
    const series = seriesOf(record);
    const most: number = record.type in MOST ? MOST[record.type as keyof typeof MOST] : 1;
    const count = this.#counts.get(series) ?? 0;
    if (count >= most) this.#thin(series);
    this.#records.push(record);
    this.#counts.set(series, (this.#counts.get(series) ?? 0) + 1);
  }

  get records(): readonly DashboardRecord[] {
    return this.#records;
  }

  /** Drops every other record of a series, from the last one backwards. The first one of a long series is kept. */
  #thin(series: string): void {
    const isLong = (this.#counts.get(series) ?? 0) > 1;
    let seen = 0;
    let kept = 0;
    this.#records = this.#records.filter((record) => {
      if (seriesOf(record) !== series) return true;
      const keeps = isLong && seen++ % 2 === 0;
      if (keeps) kept++;
      return keeps;
    });
    this.#counts.set(series, kept);
  }
}

/** Returns the name of the series to which a record belongs, such as the histograms of weights of a run. */
function seriesOf(record: DashboardRecord): string {
  const part = record.type === 'histograms' ? record.of : record.type === 'confusion' ? record.output : '';
  return `${record.type}\n${part}\n${record.run}`;
}
