import { add, astype, ManabiError, mul } from '@manabi/core';
import { formatGiven, isPlainObject } from '@manabi/errors/internal';
import type { Network } from '../../networks/network.ts';
import { checkReturned } from '../../structure/check-tensor.ts';
import type { Compilation } from '../objective/compile.ts';
import type { Objective, StepLogTotals } from '../objective/objective.ts';
import { type StepBatch, stepKey } from './gradients.ts';
import type { FusedStep } from './steps.ts';
import { type OwnStep, TracedStep } from './train-step.ts';

/** Returns the training step of a model that overrides `trainStep`. */
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

/** Adds the logs of a batch to the sums of logs. */
function withLogs(
  names: readonly string[],
  { samples, sums }: StepLogTotals,
  logs: unknown,
  { x }: StepBatch,
): StepLogTotals {
  const given = logs === undefined ? {} : logs;
  if (!isPlainObject(given)) throw notLogs(names, given);
  const missing = names.find((name) => !Object.hasOwn(given, name));
  const unknown = Object.keys(given).find((name) => !names.includes(name));
  if (missing !== undefined || unknown !== undefined) throw otherLogs(names, Object.keys(given), missing);
  const count = x[0].shape[0];
  const values = names.map((name) => {
    const value = checkReturned('trainStep', `The log '${name}'`, given[name]);
    if (value.rank === 0) return astype(value, 'float32');
    const message = `The log '${name}' must be a scalar; got shape [${value.shape.join(', ')}]. Return its mean.`;
    throw new ManabiError('shape', message, { op: 'trainStep', data: { name, shape: value.shape } });
  });
  return {
    samples: add(samples, count),
    sums: sums.map((sum, i) => add(sum, mul(values[i], count))),
  };
}

function notLogs(names: readonly string[], given: unknown): ManabiError {
  const fix =
    given instanceof Promise ? 'trainStep is traced and must not be async.' : 'Return {} if there is nothing to log.';
  return new ManabiError(
    'argument',
    `trainStep must return an object with the logs named in stepLogs; got ${formatGiven(given)}. ${fix}`,
    { op: 'trainStep', data: { stepLogs: names } },
  );
}

function otherLogs(names: readonly string[], given: readonly string[], missing: string | undefined): ManabiError {
  const message =
    missing === undefined
      ? `trainStep must return the logs named in stepLogs; got { ${given.join(', ')} }. Declare them in the class: ` +
        `stepLogs = ['${given.join("', '")}']. The results of step.loss(batch) are logged automatically.`
      : `trainStep must return the log '${missing}', which is named in stepLogs; got { ${given.join(', ')} }.`;
  return new ManabiError('argument', message, { op: 'trainStep', data: { stepLogs: names, given } });
}

function lossIgnored(model: string): ManabiError {
  return new ManabiError(
    'argument',
    `'${model}' is compiled with a loss that its trainStep does not use. Call step.loss(batch) in trainStep, or remove ` +
      '`loss` from compile().',
    { op: 'trainStep', data: { model } },
  );
}
