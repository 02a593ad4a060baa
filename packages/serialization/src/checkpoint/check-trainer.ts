import { ManabiError, type Tensor } from '@manabi/core';
import type { Model, TrainerState } from '@manabi/layers';

type Types = ReadonlyMap<string, string>;

/**
 * Checks that what a checkpoint remembers between steps is what a model would remember.
 *
 * @param source the checkpoint, for messages
 * @param optimizer the name of its optimizer
 * @throws ManabiError `argument` unless the model is compiled as the one that was saved
 */
export function checkTrainer(model: Model, source: string, optimizer: string | null, state: TrainerState): void {
  const { compilation } = model;
  const other = (problem: string, facts: Readonly<Record<string, unknown>>): ManabiError =>
    new ManabiError(
      'argument',
      `${source} holds the training of another model: ${problem}. Compile the model as it was compiled then, or restore ` +
        'weightsOnly.',
      { op: 'restoreCheckpoint', data: { source, ...facts } },
    );
  const { name } = compilation.optimizer;
  if (name !== optimizer) {
    throw other(`its optimizer is ${optimizer}, and that of '${model.name}' is ${name}`, { expected: name, optimizer });
  }
  const { accumulationSteps } = compilation;
  if (state.pending >= accumulationSteps) {
    throw other(`${state.pending} batches wait for their update, which is made of ${accumulationSteps}`, {
      pending: state.pending,
      accumulationSteps,
    });
  }
  if (state.optimizer === null) return;
  const { trainable } = model.values();
  const { step, slots } = compilation.optimizer.init(trainable);
  const hasAverage = compilation.emaMomentum !== null;
  const expected = typesIn({
    step: { '': step },
    ...slots,
    average: hasAverage ? trainable : {},
    gradients: state.pending > 0 ? trainable : {},
  });
  const given = typesIn({
    step: { '': state.optimizer.step },
    ...state.optimizer.slots,
    average: state.average ?? {},
    gradients: state.gradients ?? {},
  });
  const missing = [...expected].filter(([place, type]) => given.get(place) !== type).map(([place]) => place);
  const unexpected = [...given.keys()].filter((place) => !expected.has(place));
  if (missing.length + unexpected.length === 0) return;
  const [first] = [...missing, ...unexpected];
  throw other(
    `between steps it remembers other things: ${first} is ${given.get(first) ?? 'not there'} instead of ` +
      `${expected.get(first) ?? 'nothing'}`,
    { missing, unexpected },
  );
}

/** Shapes and dtypes of records of tensors, by their places. */
function typesIn(records: Readonly<Record<string, Readonly<Record<string, Tensor>>>>): Types {
  const entries = Object.entries(records).flatMap(([name, record]) =>
    Object.entries(record).map(
      ([path, { dtype, shape }]) => [`${name}/${path}`, `${dtype}[${shape.join(', ')}]`] as const,
    ),
  );
  return new Map(entries);
}
