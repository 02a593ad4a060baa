import type { HostArray } from '@manabi/ir';
import { joinParts } from './rows.ts';

/** A request while it is computed. Its rows may be computed in several batches. */
export class Job {
  readonly inputs: readonly HostArray[];
  readonly rows: number;
  /** Key of the shapes and dtypes of the rows. */
  readonly key: string;
  /** Time at which the request was accepted. */
  readonly arrived: number;
  /** Outputs of all rows. */
  readonly result: Promise<readonly HostArray[]>;
  /** Number of rows that batches have taken. */
  taken = 0;
  /** Number of batches that have taken rows. */
  parts = 0;
  isSettled = false;
  readonly #outputs: (readonly HostArray[])[] = [];
  #delivered = 0;
  #resolve: (outputs: readonly HostArray[]) => void = () => {};
  #reject: (error: unknown) => void = () => {};

  constructor(inputs: readonly HostArray[], rows: number, key: string, arrived: number) {
    this.inputs = inputs;
    this.rows = rows;
    this.key = key;
    this.arrived = arrived;
    this.result = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** Sets the outputs of a part; after those of the last part, the request is complete. */
  deliver(part: number, outputs: readonly HostArray[]): void {
    if (this.isSettled) return;
    this.#outputs[part] = outputs;
    this.#delivered++;
    if (this.taken < this.rows || this.#delivered < this.parts) return;
    this.isSettled = true;
    this.#resolve(joinParts(this.#outputs));
  }

  reject(error: unknown): void {
    if (this.isSettled) return;
    this.isSettled = true;
    this.#reject(error);
  }
}
