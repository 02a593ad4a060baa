import type { HostArray } from '@manabi/ir';
import type { Model } from '@manabi/layers';

/** A model to export, with inputs for which its outputs are compared. */
export interface ExportCase {
  readonly name: string;
  /** Row of the printed table in which the case is counted. */
  readonly group: string;
  readonly make: () => ExportSubject | Promise<ExportSubject>;
  /** The only batch size that the model supports, with the reason; undefined if it supports any. */
  readonly fixedBatch?: { readonly size: number; readonly reason: string };
}

/** A built model and a batch of inputs. */
export interface ExportSubject {
  readonly model: Model;
  /** A few samples of each input, which `samplesOf` repeats for larger batches. */
  readonly inputs: readonly HostArray[];
}
