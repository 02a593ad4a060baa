import { ManabiError, random, type Tensor, zeros } from '@manabi/core';
import { nextKey } from '../variables/seed.ts';
import type { Variable } from '../variables/variable.ts';
import type { Run } from './context.ts';

/** Keys folded from one, in order. */
function keysFrom(root: () => Tensor): () => Tensor {
  let first: Tensor | null = null;
  let count = 0;
  return () => {
    first ??= root();
    return random.foldIn(first, count++);
  };
}

/** A pass over present values, in eager code: updates are assigned at once, losses are kept. */
export function eagerRun(key?: Tensor): Run & { readonly losses: Tensor[] } {
  const losses: Tensor[] = [];
  return {
    probing: false,
    losses,
    read: (variable) => variable.value,
    update: (variable, value) => variable.assign(value),
    addLoss: (loss) => {
      losses.push(loss);
    },
    key: key === undefined ? nextKey : keysFrom(() => key),
  };
}

/** What comes out of a pure pass beside the outputs. */
export interface PureRun extends Run {
  readonly updates: ReadonlyMap<Variable, Tensor>;
  readonly losses: readonly Tensor[];
}

/** A pass over given values, which changes nothing: what `model.run` makes. */
export function pureRun(
  values: ReadonlyMap<Variable, Tensor>,
  key: Tensor | undefined,
  intercept?: Run['intercept'],
): PureRun {
  const updates = new Map<Variable, Tensor>();
  const losses: Tensor[] = [];
  return {
    probing: false,
    intercept,
    updates,
    losses,
    holds: (variable) => values.has(variable),
    read: (variable) => {
      // What a layer updated it finds updated in its next call of the same pass, as in eager code.
      const value = updates.get(variable) ?? values.get(variable);
      if (value !== undefined) return value;
      throw new ManabiError(
        'argument',
        `There is no value for ${variable.path} in this run: the values are those of another model, or were taken ` +
          'before the layer was built. Take them again with model.values().',
        { op: 'run', data: { variable: variable.path } },
      );
    },
    update: (variable, value) => {
      updates.set(variable, value);
    },
    addLoss: (loss) => {
      losses.push(loss);
    },
    key:
      key === undefined
        ? () => {
            throw new ManabiError(
              'argument',
              'A layer draws random numbers, but this run has no key. Give it one, a different one for each step: ' +
                'model.run(values, inputs, { training: true, key }).',
              { op: 'run', data: { key: null } },
            );
          }
        : keysFrom(() => key),
  };
}

/** A pass that is traced for its shapes alone: weights are zeros. */
export function probingRun(): Run {
  return {
    probing: true,
    read: ({ shape, dtype }) => zeros(shape, { dtype }),
    update: () => {},
    addLoss: () => {},
    key: keysFrom(() => random.key(0)),
  };
}
