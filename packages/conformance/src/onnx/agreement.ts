import type { Tensor } from '@manabi/core';
import { equalShapes, type HostArray } from '@manabi/ir';
import { type ExportOptions, exportOnnx, openSession } from '@manabi/onnx';
import { samplesOf } from './batches.ts';
import type { ExportCase, ExportSubject } from './export-case.ts';

/** How composites are exported: each as one ONNX operator, or inlined as the operators of their bodies. */
export type Composites = 'operators' | 'bodies';

/** Batch sizes for which the outputs of a file are compared. */
const SIZES = [1, 7];

/** Exports the model of a case to ONNX. */
export function exported({ model }: ExportSubject, { fixedBatch }: ExportCase, options: ExportOptions) {
  return exportOnnx(model, { ...options, batch: fixedBatch?.size ?? 'dynamic' });
}

/** A batch of inputs, and the outputs of the model for it. */
interface Prediction {
  readonly inputs: readonly HostArray[];
  readonly outputs: readonly HostArray[];
}

/** Returns predictions of the model of a case at each batch size. */
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
 * Runs an ONNX file in ONNX Runtime and returns the largest difference of its outputs from the predictions, relative to
 * max(1, |prediction|).
 */
export async function differenceOf(bytes: Uint8Array, predictions: readonly Prediction[]): Promise<number> {
  const session = await openSession(bytes, { threads: 1 });
  try {
    let largest = 0;
    for (const { inputs, outputs } of predictions) {
      const named = Object.fromEntries(session.inputNames.map((name, i) => [name, inputs[i]]));
      const made = await session.run(named);
      const actual = session.outputNames.map((name) => made[name]);
      if (outputs.length !== actual.length)
        throw new TypeError(`expected ${outputs.length} outputs, got ${actual.length}`);
      outputs.forEach((output, i) => {
        largest = Math.max(largest, distance(output, actual[i]));
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

/** Returns the largest relative difference; infinite for different dtypes or shapes, or if only one value is NaN. */
function distance(expected: HostArray, actual: HostArray): number {
  if (expected.dtype !== actual.dtype || !equalShapes(expected.shape, actual.shape)) return Number.POSITIVE_INFINITY;
  let largest = 0;
  expected.data.forEach((element, i) => {
    const [a, b] = [Number(element), Number(actual.data[i])];
    if (Object.is(a, b) || a === b) return;
    const relative = Math.abs(a - b) / Math.max(1, Math.abs(a));
    largest = Number.isNaN(relative) ? Number.POSITIVE_INFINITY : Math.max(largest, relative);
  });
  return largest;
}
