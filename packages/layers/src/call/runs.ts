import { ManabiError, random, type Tensor, zeros } from '@manabi/core';
import { nextKey } from '../variables/seed.ts';
import type { Variable } from '../variables/variable.ts';
import type { Run } from './context.ts';

/** Returns a function whose every call derives a new random key from a root key. */
function keysFrom(root: () => Tensor): () => Tensor {
  let first: Tensor | null = null;
  let count = 0;
  return () => {
    first ??= root();
    return random.foldIn(first, count++);
  };
}

/**
 * Creates a forward pass for eager code, which reads the current weights, assigns updates to variables immediately, and
 * collects losses.
 */
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

/** A forward pass that collects updates and losses and changes no variables. */
export interface PureRun extends Run {
  readonly updates: ReadonlyMap<Variable, Tensor>;
  readonly losses: readonly Tensor[];
}

/** Creates a forward pass for `model.run`, which reads weights from the given values and changes no variables. */
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
      // If the same layer is called again in this pass, it reads the state that it stored in its first call, as in
      // eager code.
      const value = updates.get(variable) ?? values.get(variable);
      if (value !== undefined) return value;
      throw new ManabiError(
        'argument',
        `The values lack ${variable.path}: they belong to another model, or were read before the layer ` +
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
              'A layer draws random numbers, but run() got no key. Pass a new key in each step: ' +
                'model.run(values, inputs, { training: true, key }).',
              { op: 'run', data: { key: null } },
            );
          }
        : keysFrom(() => key),
  };
}

/** Creates a forward pass that is traced only to infer shapes; all weights are zeros. */
export function probingRun(): Run {
  return {
    probing: true,
    read: ({ shape, dtype }) => zeros(shape, { dtype }),
    update: () => {},
    addLoss: () => {},
    key: keysFrom(() => random.key(0)),
  };
}
