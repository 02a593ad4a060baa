import { ManabiError } from '@manabi/core';
import { type KindsOf, objectOf, optional, recordOf } from '@manabi/errors';
import { didYouMean, nearestNames } from '@manabi/errors/internal';
import { tensorKind } from '../../structure/check-tensor.ts';
import type { StepGradients, Weights } from '../objective/step-gradients.ts';
import type { KeyedVariable } from './weight-layout.ts';

/** Argument of `Model.applyGradients`: gradients by path, and new values of state, as `Model.gradients` returns them. */
export type AppliedGradients = Pick<StepGradients, 'gradients'> & Partial<StepGradients>;

/** Validates the argument of `applyGradients`. */
export const appliedKind = objectOf({
  gradients: recordOf(tensorKind),
  updates: optional(recordOf(tensorKind)),
  loss: optional(tensorKind),
} satisfies KindsOf<AppliedGradients>);

/**
 * Checks that each tensor has the path, shape and dtype of a weight that a step may change.
 *
 * @param name name of the field, for messages
 * @throws ManabiError `argument` for unknown paths, with the nearest ones; `shape` or `dtype` for tensors that do not
 * match
 */
export function checkPaths(name: 'gradients' | 'updates', keyed: readonly KeyedVariable[], given: Weights): void {
  const variables = new Map(keyed.map(({ path, variable }) => [path, variable]));
  for (const [path, tensor] of Object.entries(given)) {
    const variable = variables.get(path);
    if (variable !== undefined) {
      variable.check(tensor, { op: 'applyGradients', name: `${name}['${path}']` });
      continue;
    }
    const names = [...variables.keys()];
    const kind = name === 'gradients' ? 'a trainable weight' : 'state';
    const message = `\`${name}\` has '${path}', which is not ${kind} of the model. ${didYouMean(path, names)}`;
    throw new ManabiError('argument', message, {
      op: 'applyGradients',
      data: { name: `${name}.${path}`, nearest: nearestNames(path, names) },
    });
  }
}

/** Creates the error for the option `reduceGradients` on a model with a custom training step. */
export function cannotReduce(model: string): ManabiError {
  return new ManabiError(
    'argument',
    `\`reduceGradients\` is not supported for '${model}': its trainStep applies updates itself. Reduce the gradients in ` +
      'trainStep, or remove the option.',
    { op: 'compile', data: { name: 'reduceGradients', model } },
  );
}
