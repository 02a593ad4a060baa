import type { Tensor } from '@manabi/core';
import type { HostArray } from '@manabi/ir';
import { input, Layer, model, type SymbolicTensor } from '@manabi/layers';
import { layerFrom } from '@manabi/layers/classes';
import type { ExportCase, ExportSubject } from './export-case.ts';
import { type LayerGolden, layerGoldens } from './layer-goldens.ts';

/** A layer that returns its first input, with the second input attached as a mask. */
class WithMask extends Layer {
  static override readonly className: string = 'WithMask';
  override supportsMasking = true;

  override call([x]: readonly Tensor[]): Tensor {
    return x;
  }

  override computeMask([, mask]: readonly Tensor[]): Tensor {
    return mask;
  }
}

function symbolic({ dtype, shape }: HostArray): SymbolicTensor {
  return input({ batchShape: [null, ...shape.slice(1)], dtype });
}

/** Returns a model of one layer, whose masks are additional inputs of the model. */
async function subjectOf({ className, options, call, inputs, masks, weights }: LayerGolden): Promise<ExportSubject> {
  const layer = await layerFrom(className, options);
  const data = inputs.map(symbolic);
  const given = data.map((x, i) => {
    const mask = masks?.[i] ?? null;
    return mask === null ? { x, mask: null } : { x, mask: symbolic(mask) };
  });
  const masked = given.map(({ x, mask }) => (mask === null ? x : new WithMask({}, {}).apply([x, mask])));
  const outputs = layer.applyAll(masked.length === 1 ? masked[0] : masked, call);
  layer.setWeights(weights);
  const maskInputs = given.flatMap(({ mask }) => (mask === null ? [] : [mask]));
  const maskArrays = masks?.flatMap((mask) => (mask === null ? [] : [mask])) ?? [];
  return { model: model({ inputs: [...data, ...maskInputs], outputs }), inputs: [...inputs, ...maskArrays] };
}

/**
 * Returns a fixed batch size for a layer that is called with a single image, which has no batch axis; undefined
 * otherwise.
 */
function fixedBatchOf({ className, inputs }: LayerGolden): ExportCase['fixedBatch'] {
  const isAlone = ['Resizing', 'CenterCrop'].includes(className) && inputs[0].shape.length === 3;
  return isAlone ? { size: inputs[0].shape[0], reason: 'A single image has no batch axis.' } : undefined;
}

/** One model for each golden of each layer. */
export const layerCases: readonly (ExportCase & { readonly layer: string })[] = layerGoldens.flatMap(
  ({ family, goldens }) =>
    goldens.map((golden, i) => ({
      name: `${family} ${titleOf(golden, i)}`,
      group: family,
      layer: golden.className,
      make: () => subjectOf(golden),
      fixedBatch: fixedBatchOf(golden),
    })),
);

function titleOf({ className, options, call, masks }: LayerGolden, i: number): string {
  const parts = [JSON.stringify(options), JSON.stringify(call), masks ? 'masks' : ''];
  return `${i} ${className} ${parts.filter((part) => part !== '' && part !== '{}').join(' ')}`.trim();
}
