import { add, astype, ManabiError, mul } from '@manabi/core';
import { isPlainObject, wrongArgument } from '@manabi/errors';
import type { Network } from '../../networks/network.ts';
import { checkReturned } from '../../structure/check-tensor.ts';
import type { Compilation } from '../objective/compile.ts';
import type { Objective, StepLogTotals } from '../objective/objective.ts';
import { type StepBatch, stepKey } from './gradients.ts';
import type { FusedStep } from './steps.ts';
import { type OwnStep, TracedStep } from './train-step.ts';

/** The training step of a model that overrides `trainStep`. */
export function customStep(
  network: Network,
  compilation: Compilation,
  objective: Objective,
  custom: NonNullable<OwnStep['trainStep']>,
): FusedStep {
  return ({ trainable, state, updates, totals }, frozen, trainingKey, batch, isUpdate) => {
    const key = stepKey(trainingKey, updates.optimizer.step);
    const start = { trainable, state, frozen, updates, totals, key, isUpdate };
    const step = new TracedStep(network, compilation, objective, start);
    const logs = custom(step, batch);
    const { hasLoss, ...ended } = step.end();
    if (!hasLoss && objective.terms.length > 0) throw lossIgnored(network.name);
    const { logs: before } = ended.totals;
    return { ...ended, totals: { ...ended.totals, logs: before && withLogs(objective.stepLogs, before, logs, batch) } };
  };
}

/** Totals of the logs with those of a further batch. */
function withLogs(
  names: readonly string[],
  { samples, sums }: StepLogTotals,
  logs: unknown,
  { x }: StepBatch,
): StepLogTotals {
  const place = { op: 'trainStep', name: 'the returned logs' };
  const expected = `an object with ${names.length === 0 ? 'no entries' : names.join(', ')}: the names in stepLogs`;
  const given = logs === undefined ? {} : logs;
  if (!isPlainObject(given) || Object.keys(given).sort().join() !== [...names].sort().join()) {
    throw wrongArgument(place, expected, given);
  }
  const count = x[0].shape[0];
  const values = names.map((name) => {
    const value = checkReturned('trainStep', `The log '${name}'`, given[name]);
    if (value.rank === 0) return astype(value, 'float32');
    const message = `The log '${name}' has shape [${value.shape.join(', ')}]; it must be a single float. Take its mean.`;
    throw new ManabiError('shape', message, { op: 'trainStep', data: { name, shape: value.shape } });
  });
  return {
    samples: add(samples, count),
    sums: sums.map((sum, i) => add(sum, mul(values[i], count))),
  };
}

function lossIgnored(model: string): ManabiError {
  return new ManabiError(
    'argument',
    `'${model}' is compiled with a loss, but its trainStep never calls step.loss(batch). Call it, or leave \`loss\` out of ` +
      'compile().',
    { op: 'trainStep', data: { model } },
  );
}
