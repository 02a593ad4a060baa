import { ManabiError } from '@manabi/core';
import { formatPartialType, type PartialType } from '../structure/nested.ts';

/**
 * Runs the code of a layer and adds the layer, its inputs and the layers they come from to errors. Error codes are kept.
 * Errors that name a layer already pass unchanged.
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
    // The operator stands at the beginning of the new message already.
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
