import { ManabiError } from '@manabi/core';
import type { Layer } from '../../layer/layer.ts';
import { quantizedAs } from '../../layer/quantized-as.ts';

/**
 * Checks that a model can be trained.
 *
 * @throws ManabiError `argument` if it has quantized layers: rounding has no useful gradient
 */
export function refuseQuantized(op: string, model: Layer): void {
  const found = quantizedWithin(model);
  if (found === undefined) return;
  throw new ManabiError(
    'argument',
    `${op}() cannot train '${model.name}': layer '${found.name}' is quantized. Train the original model, and quantize it again.`,
    { op, data: { model: model.name, layer: found.name, quantized: quantizedAs(found) } },
  );
}

/** Returns the first quantized layer: the layer itself, or one within it. */
export function quantizedWithin(layer: Layer): Layer | undefined {
  if (quantizedAs(layer) !== null) return layer;
  for (const inner of layer.sublayers) {
    const found = quantizedWithin(inner);
    if (found !== undefined) return found;
  }
  return undefined;
}
