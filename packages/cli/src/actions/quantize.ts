import { stat } from 'node:fs/promises';
import { type QuantizationReport, type QuantizedDType, quantize, saveModel } from 'manabi';
import { adaptShape } from '../data/adapt-shape.ts';
import { readTestData } from '../data/test-data.ts';
import { checkDestination } from '../destination.ts';
import { loadModelFile } from '../model-file.ts';
import type { CommonOptions } from '../options/command-options.ts';
import type { Terminal } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';

/** Options of `manabi quantize`. */
export interface QuantizeOptions extends CommonOptions {
  readonly out: string;
  readonly dtype: QuantizedDType;
  readonly data?: string;
  readonly samples?: number;
}

/** Saves a quantized copy of a model, and prints how its outputs differ. */
export async function quantizeFile(
  source: string,
  { out: destination, dtype, data, samples }: QuantizeOptions,
  out: Terminal,
): Promise<void> {
  await checkDestination('--out', destination, '.keras');
  const model = await loadModelFile(source, {});
  const { inputTypes } = model;
  const input = inputTypes === null || 'length' in inputTypes ? null : inputTypes;
  if (data !== undefined && input === null) throw new UsageError(`--data: ${source} must have one input.`);
  const given = data === undefined ? null : await readTestData(data, samples ?? null);
  const x = given === null || input === null ? null : adaptShape(given.x, input.shape, source);
  const { model: small, report } = await quantize(model, {
    dtype,
    data: x,
    labels: given !== null && model.compiled ? given.y : null,
  });
  await saveModel(small, destination, { includeOptimizer: model.compiled });
  const [before, after] = await Promise.all([source, destination].map((file) => stat(file)));
  out.say(
    `saved ${destination}, ${after.size.toLocaleString('en-US')} bytes (${source}: ${before.size.toLocaleString('en-US')})`,
  );
  describe(report, out);
  out.finish({ model: source, out: destination, bytes: after.size, report });
}

function describe({ bytes, layers, outputs, logs }: QuantizationReport, out: Terminal): void {
  const quantized = layers.length === 1 ? '1 layer' : `${layers.length} layers`;
  out.say(
    `${quantized}: weights from ${bytes.before.toLocaleString('en-US')} to ${bytes.after.toLocaleString('en-US')} bytes`,
  );
  const worst = [...layers].sort((a, b) => b.weightError - a.weightError)[0];
  out.say(`largest relative error of a weight: ${worst.weightError.toExponential(1)} in '${worst.name}'`);
  for (const { maxDifference, relativeError } of outputs ?? []) {
    out.say(
      `outputs differ by at most ${maxDifference.toExponential(1)} (relative error ${relativeError.toExponential(1)})`,
    );
  }
  for (const [name, value] of Object.entries(logs?.before ?? {})) {
    out.say(`${name}: ${value.toFixed(4)} before, ${logs?.after[name].toFixed(4)} after`);
  }
}
