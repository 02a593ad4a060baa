import type { HostArray } from '@manabi/ir';
import type { Model } from '@manabi/layers';

/** A model to export, with inputs to compare outputs for. */
export interface ExportCase {
  readonly name: string;
  /** Row of the printed table that counts the case. */
  readonly group: string;
  readonly make: () => ExportSubject | Promise<ExportSubject>;
  /** Fixed batch size with the reason, if the model does not support others. */
  readonly fixedBatch?: { readonly size: number; readonly reason: string };
}

/** A built model and a batch of inputs. */
export interface ExportSubject {
  readonly model: Model;
  /** A few samples of each input, which `samplesOf` repeats for larger batches. */
  readonly inputs: readonly HostArray[];
}
