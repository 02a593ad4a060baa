import { ManabiError, type Tensor } from '@manabi/core';
import type { Model, TrainerState } from '@manabi/layers';

type Types = ReadonlyMap<string, string>;

/**
 * Checks that the training state of a checkpoint fits a model.
 *
 * @param source name of the checkpoint for messages
 * @param optimizer name of the checkpoint's optimizer
 * @throws ManabiError `argument` unless the model is compiled like the saved one
 */
export function checkTrainer(model: Model, source: string, optimizer: string | null, state: TrainerState): void {
  const { compilation } = model;
  const other = (problem: string, facts: Readonly<Record<string, unknown>>): ManabiError =>
    new ManabiError(
      'argument',
      `The training state in ${source} does not fit the model: ${problem}. Compile the model like the saved ` +
        'one, or pass { weightsOnly: true }.',
      { op: 'restoreCheckpoint', data: { source, ...facts } },
    );
  const { name } = compilation.optimizer;
  if (name !== optimizer) {
    throw other(`its optimizer is '${optimizer}', but '${model.name}' uses '${name}'`, { expected: name, optimizer });
  }
  const { accumulationSteps } = compilation;
  if (state.pending >= accumulationSteps) {
    throw other(
      `it has accumulated ${state.pending} batches, but '${model.name}' accumulates only ${accumulationSteps}`,
      {
        pending: state.pending,
        accumulationSteps,
      },
    );
  }
  if (state.optimizer === null) return;
  const { trainable } = model.values();
  const { step, slots, lossScale } = compilation.optimizer.init(trainable);
  const hasAverage = compilation.emaMomentum !== null;
  const expected = typesIn({
    step: { '': step },
    ...slots,
    lossScale: { ...lossScale },
    average: hasAverage ? trainable : {},
    gradients: state.pending > 0 ? trainable : {},
  });
  const given = typesIn({
    step: { '': state.optimizer.step },
    ...state.optimizer.slots,
    lossScale: { ...state.optimizer.lossScale },
    average: state.average ?? {},
    gradients: state.gradients ?? {},
  });
  const missing = [...expected].filter(([path, type]) => given.get(path) !== type).map(([path]) => path);
  const unexpected = [...given.keys()].filter((path) => !expected.has(path));
  if (missing.length + unexpected.length === 0) return;
  const [first] = [...missing, ...unexpected];
  const [expectedType, givenType] = [expected.get(first), given.get(first)];
  const problem =
    expectedType === undefined
      ? `unexpected value '${first}', ${givenType}`
      : givenType === undefined
        ? `missing value '${first}', ${expectedType}`
        : `value '${first}' is ${givenType}, expected ${expectedType}`;
  throw other(problem, { missing, unexpected });
}

/** Returns the shape and dtype of each tensor in nested objects, keyed by the path of the tensor. */
function typesIn(records: Readonly<Record<string, Readonly<Record<string, Tensor>>>>): Types {
  const entries = Object.entries(records).flatMap(([name, record]) =>
    Object.entries(record).map(
      ([path, { dtype, shape }]) => [`${name}/${path}`, `${dtype}[${shape.join(', ')}]`] as const,
    ),
  );
  return new Map(entries);
}
