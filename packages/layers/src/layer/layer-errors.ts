import { ManabiError } from '@manabi/core';
import { formatPartialType, type PartialType } from '../structure/nested.ts';

/**
 * Runs what a layer does; errors say which layer it was, and what it was given by which layers. The code stays, and so
 * do errors that name a layer already.
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
    throw new ManabiError(
      error.code,
      `Layer '${layer.name}' (${layer.className}) cannot take ${given.join(', ')}: ${error.message}`,
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
