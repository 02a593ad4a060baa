import type { HostArray } from '@manabi/ir';
import type { Model } from '@manabi/layers';

/** A model to export, with inputs to compare it on. */
export interface ExportCase {
  readonly name: string;
  /** What the counts are grouped by. */
  readonly group: string;
  readonly make: () => ExportSubject | Promise<ExportSubject>;
  /** Why the file has one batch size, where the model allows no other. */
  readonly fixedBatch?: { readonly size: number; readonly reason: string };
}

/** A built model and a batch of inputs. */
export interface ExportSubject {
  readonly model: Model;
  /** A few samples of each input; `samplesOf` makes batches of any size of them. */
  readonly inputs: readonly HostArray[];
}
