import type { Tensor } from '@manabi/core';
import { equalShapes, type HostArray } from '@manabi/ir';
import { type ExportOptions, exportOnnx, openSession } from '@manabi/onnx';
import { samplesOf } from './batches.ts';
import type { ExportCase, ExportSubject } from './export-case.ts';

/** How composites are written. */
export type Composites = 'operators' | 'bodies';

/** Batch sizes at which one file is compared. */
const SIZES = [1, 7];

/** The bytes of a case's file. */
export function exported({ model }: ExportSubject, { fixedBatch }: ExportCase, options: ExportOptions) {
  return exportOnnx(model, { ...options, batch: fixedBatch?.size ?? 'dynamic' });
}

/** A batch, and what the model makes of it. */
interface Prediction {
  readonly inputs: readonly HostArray[];
  readonly outputs: readonly HostArray[];
}

/** What a case's model predicts at each batch size at which one file is compared. */
export function predictionsOf(subject: ExportSubject, { fixedBatch }: ExportCase): Promise<readonly Prediction[]> {
  const sizes = fixedBatch === undefined ? SIZES : [fixedBatch.size];
  return Promise.all(
    sizes.map(async (size) => {
      const inputs = subject.inputs.map((input) => samplesOf(input, size));
      return { inputs, outputs: await predicted(subject, inputs) };
    }),
  );
}

/**
 * The largest difference between predictions and what ONNX Runtime makes of a file, relative to 1 or to the number,
 * whichever is larger.
 */
export async function differenceOf(bytes: Uint8Array, predictions: readonly Prediction[]): Promise<number> {
  const session = await openSession(bytes, { threads: 1 });
  try {
    let largest = 0;
    for (const { inputs, outputs } of predictions) {
      const named = Object.fromEntries(session.inputNames.map((name, i) => [name, inputs[i]]));
      const made = await session.run(named);
      const theirs = session.outputNames.map((name) => made[name]);
      if (outputs.length !== theirs.length) throw new TypeError(`${theirs.length} outputs, not ${outputs.length}`);
      outputs.forEach((output, i) => {
        largest = Math.max(largest, distance(output, theirs[i]));
      });
    }
    return largest;
  } finally {
    await session.release();
  }
}

async function predicted({ model }: ExportSubject, inputs: readonly HostArray[]): Promise<readonly HostArray[]> {
  const result = await model.predictOnBatch(inputs.length === 1 ? inputs[0] : inputs);
  const outputs: readonly Tensor[] = Array.isArray(result) ? result : [result];
  return Promise.all(outputs.map(async ({ dtype, shape }, i) => ({ dtype, shape, data: await outputs[i].data() })));
}

/** Infinite for another type, another shape, or NaN against a number. */
function distance(ours: HostArray, theirs: HostArray): number {
  if (ours.dtype !== theirs.dtype || !equalShapes(ours.shape, theirs.shape)) return Number.POSITIVE_INFINITY;
  let largest = 0;
  ours.data.forEach((element, i) => {
    const [a, b] = [Number(element), Number(theirs.data[i])];
    if (Object.is(a, b) || a === b) return;
    const relative = Math.abs(a - b) / Math.max(1, Math.abs(a));
    largest = Number.isNaN(relative) ? Number.POSITIVE_INFINITY : Math.max(largest, relative);
  });
  return largest;
}
