import { ManabiError, type Tensor, tree } from '@manabi/core';
import { keyedVariables } from '../networks/keyed-variables.ts';
import type { Network } from '../networks/network.ts';
import type { Trainer } from '../training/steps/trainer.ts';

/**
 * Moves the weights of a model and the state of its training to a backend. If a value cannot be moved, all values stay
 * where they are.
 *
 * @param trainer trainer with the state to move; null if the model has none
 * @param check checks that the model may be changed; called again after the values were copied
 */
export async function moveModel(
  model: Network,
  trainer: Trainer | null,
  backend: string,
  check: () => void,
): Promise<void> {
  check();
  const moved = async <T>(values: T): Promise<T> => {
    const leaves = await Promise.all(tree.leaves(values).map((leaf: Tensor) => leaf.to(backend)));
    let next = 0;
    return tree.map(() => leaves[next++], values);
  };
  const variables = [...keyedVariables(model).values()];
  const state = trainer?.state() ?? null;
  const before = variables.map(({ value }) => value);
  const [values, optimizer, gradients, average] = await Promise.all([
    moved(before),
    moved(state?.optimizer ?? null),
    moved(state?.gradients ?? null),
    moved(state?.average ?? null),
  ]);
  check();
  if (variables.some(({ value }, i) => value !== before[i])) {
    throw new ManabiError(
      'argument',
      `The weights of '${model.name}' changed while to() moved them: a step or another model that shares its layers was ` +
        'running. Await all training first.',
      { op: 'to', data: { model: model.name } },
    );
  }
  for (const [i, variable] of variables.entries()) variable.assign(values[i]);
  // The weights come first, because the state contains them if moving averages are in use. Other code may have drawn random
  // numbers meanwhile, so their positions are read again.
  if (trainer !== null) trainer.setState({ ...trainer.state(), optimizer, gradients, average });
}
