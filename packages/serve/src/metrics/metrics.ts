/** Upper bounds of the buckets of latencies, in seconds. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Counts of values in ranges. */
class Histogram {
  readonly #bounds: readonly number[];
  readonly #counts: number[];
  #sum = 0;
  #count = 0;

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#counts = bounds.map(() => 0);
  }

  add(value: number): void {
    this.#sum += value;
    this.#count++;
    const bucket = this.#bounds.findIndex((bound) => value <= bound);
    if (bucket >= 0) this.#counts[bucket]++;
  }

  lines(name: string, labels: string): string[] {
    let total = 0;
    return [
      ...this.#bounds.map((bound, i) => {
        total += this.#counts[i];
        return `${name}_bucket{${labels},le="${bound}"} ${total}`;
      }),
      `${name}_bucket{${labels},le="+Inf"} ${this.#count}`,
      `${name}_sum{${labels}} ${this.#sum}`,
      `${name}_count{${labels}} ${this.#count}`,
    ];
  }
}

/** Counts what a server does, in the text format of Prometheus. */
export class Metrics {
  readonly #labels: string;
  /** Number of requests by status. */
  readonly #requests = new Map<number, number>();
  readonly #latency = new Histogram(SECONDS);
  readonly #batchTime = new Histogram(SECONDS);
  readonly #batchRows: Histogram;
  #rows = 0;
  #padding = 0;

  constructor(model: string, buckets: readonly number[]) {
    this.#labels = `model="${model.replace(/[\\"\n]/g, (letter) => (letter === '\n' ? '\\n' : `\\${letter}`))}"`;
    this.#batchRows = new Histogram(buckets);
  }

  request(status: number, milliseconds: number): void {
    this.#requests.set(status, (this.#requests.get(status) ?? 0) + 1);
    this.#latency.add(milliseconds / 1000);
  }

  batch(rows: number, size: number, milliseconds: number): void {
    this.#rows += rows;
    this.#padding += size - rows;
    this.#batchRows.add(rows);
    this.#batchTime.add(milliseconds / 1000);
  }

  /** Returns the text for Prometheus. */
  text({ queuedRows, pending }: { readonly queuedRows: number; readonly pending: number }): string {
    const labels = this.#labels;
    const head = (name: string, type: string, help: string) => [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`];
    const one = (name: string, type: string, help: string, value: number) => [
      ...head(name, type, help),
      `${name}{${labels}} ${value}`,
    ];
    const lines = [
      ...head('manabi_requests_total', 'counter', 'Prediction requests by HTTP status.'),
      ...[...this.#requests].map(([status, count]) => `manabi_requests_total{${labels},code="${status}"} ${count}`),
      ...head('manabi_request_duration_seconds', 'histogram', 'Time from a request to its response.'),
      ...this.#latency.lines('manabi_request_duration_seconds', labels),
      ...one('manabi_pending_requests', 'gauge', 'Accepted requests without a response.', pending),
      ...one('manabi_queue_rows', 'gauge', 'Rows that wait for a batch.', queuedRows),
      ...head('manabi_batch_rows', 'histogram', 'Rows of requests per batch.'),
      ...this.#batchRows.lines('manabi_batch_rows', labels),
      ...head('manabi_batch_duration_seconds', 'histogram', 'Time to compute a batch.'),
      ...this.#batchTime.lines('manabi_batch_duration_seconds', labels),
      ...one('manabi_rows_total', 'counter', 'Computed rows of requests.', this.#rows),
      ...one('manabi_padding_rows_total', 'counter', 'Computed rows of padding.', this.#padding),
    ];
    return `${lines.join('\n')}\n`;
  }
}
