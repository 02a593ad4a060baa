import { ManabiError, random, type Tensor, zeros } from '@manabi/core';
import { nextKey } from '../variables/seed.ts';
import type { Variable } from '../variables/variable.ts';
import type { Run } from './context.ts';

/** Returns a function that derives a new random key from a root key in each call. */
function keysFrom(root: () => Tensor): () => Tensor {
  let first: Tensor | null = null;
  let count = 0;
  return () => {
    first ??= root();
    return random.foldIn(first, count++);
  };
}

/** Creates a pass for eager code. It reads current values, assigns updates immediately and collects losses. */
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

/** A pass that collects updates and losses instead of changing variables. */
export interface PureRun extends Run {
  readonly updates: ReadonlyMap<Variable, Tensor>;
  readonly losses: readonly Tensor[];
}

/** Creates a pass for `model.run`, which reads given values and changes no variables. */
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
      // A layer finds its own updates in its next call within the pass, as in eager code.
      const value = updates.get(variable) ?? values.get(variable);
      if (value !== undefined) return value;
      throw new ManabiError(
        'argument',
        `This run has no value for ${variable.path}: the values belong to another model, or were read before the layer ` +
          'was built. Read them again with model.values().',
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
              'A layer draws random numbers, but this run has no key. Pass a new key in each step: ' +
                'model.run(values, inputs, { training: true, key }).',
              { op: 'run', data: { key: null } },
            );
          }
        : keysFrom(() => key),
  };
}

/** Creates a pass that is traced only for its shapes: weights are zeros. */
export function probingRun(): Run {
  return {
    probing: true,
    read: ({ shape, dtype }) => zeros(shape, { dtype }),
    update: () => {},
    addLoss: () => {},
    key: keysFrom(() => random.key(0)),
  };
}
