import { ManabiError } from '@manabi/core';
import { type KindsOf, objectOf, optional, recordOf } from '@manabi/errors';
import { didYouMean, nearestNames } from '@manabi/errors/internal';
import { tensorKind } from '../../structure/check-tensor.ts';
import type { StepGradients, Weights } from '../objective/step-gradients.ts';
import type { PlacedVariable } from './weight-layout.ts';

/** What weights are updated with: gradients by path, and next values of state, as `Model.gradients` returns them. */
export type AppliedGradients = Pick<StepGradients, 'gradients'> & Partial<StepGradients>;

/** The kind of what updates weights. */
export const appliedKind = objectOf({
  gradients: recordOf(tensorKind),
  updates: optional(recordOf(tensorKind)),
  loss: optional(tensorKind),
} satisfies KindsOf<AppliedGradients>);

/**
 * Checks that tensors are those of weights that a step changes.
 *
 * @throws ManabiError `argument` for other paths, with the nearest ones; `shape` or `dtype` for tensors that do not fit
 */
export function checkPaths(what: string, placed: readonly PlacedVariable[], given: Weights): void {
  const variables = new Map(placed.map(({ path, variable }) => [path, variable]));
  for (const [path, tensor] of Object.entries(given)) {
    const variable = variables.get(path);
    if (variable !== undefined) {
      variable.check(tensor, { op: 'applyGradients', name: `${what}['${path}']` });
      continue;
    }
    const names = [...variables.keys()];
    const kind = what === 'gradients' ? 'a trained weight' : 'state';
    const message = `\`${what}\` has '${path}', which is not ${kind} of the model. ${didYouMean(path, names)}`;
    throw new ManabiError('argument', message, {
      op: 'applyGradients',
      data: { name: `${what}.${path}`, nearest: nearestNames(path, names) },
    });
  }
}

/** The error of gradients that are to be reduced, where the model's own step makes the updates. */
export function cannotReduce(model: string): ManabiError {
  return new ManabiError(
    'argument',
    `'${model}' has a trainStep of its own, which makes updates itself, so \`reduceGradients\` has no gradients to take. ` +
      'Reduce them in trainStep, or leave the option out.',
    { op: 'compile', data: { name: 'reduceGradients', model } },
  );
}
