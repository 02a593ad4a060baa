import { ManabiError } from '@manabi/core';
import { formatPartialType, type PartialType } from '../structure/nested.ts';

/**
 * Runs the code of a layer. Adds the layer's name, its inputs, and the layers that produced the inputs to errors that
 * this code throws. Keeps the error's code, and does not change errors that already name a layer.
 */
export function inLayer<R>(
  layer: { readonly name: string; readonly className: string },
  inputs: readonly PartialType[],
  sources: readonly (string | null)[],
  run: () => R,
): R {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof ManabiError) || 'layer' in error.data) throw error;
    const given = inputs.map(
      (input, i) => `${formatPartialType(input)}${sources[i] === null ? '' : ` from layer '${sources[i]}'`}`,
    );
    // The original message starts with the operator, which the new message already contains.
    const problem = error.op === undefined ? error.message : error.message.replace(`[${error.op}] `, '');
    throw new ManabiError(
      error.code,
      `Layer '${layer.name}' (${layer.className}) cannot process ${given.join(', ')}: ${problem}`,
      {
        op: error.op,
        data: {
          ...error.data,
          layer: layer.name,
          className: layer.className,
          inputs: inputs.map(({ shape }) => shape),
          from: sources,
        },
        cause: error,
      },
    );
  }
}
