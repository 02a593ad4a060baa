import { started } from './jax-started.ts';
import type { Jax, JaxArray, JaxArrays, JaxLoss } from './jax-types.ts';
import { BeyondLibrary } from './library.ts';
import type { Prepared } from './prepared.ts';
import { checkedLoss } from './training-check.ts';
import type { DenseStart, Start } from './training-inputs.ts';

/** A network to train. */
export interface JaxNetwork {
  readonly parameters: readonly Initial[];
  /** State that each step passes to the next one, and that has no gradient, such as moving averages. */
  readonly carried?: readonly Initial[];
  /** Functions that create the arrays of a batch. */
  readonly batches: readonly (() => { readonly x: JaxArray; readonly y: JaxArray })[];
  readonly lossOf: JaxLoss;
}

/** An initial value of a network: its shape, and the function that creates the array. */
export interface Initial {
  readonly shape: readonly number[];
  readonly make: () => JaxArray;
}

/** A training step of jax-js. */
type Train = (
  parameters: JaxArrays,
  momentum: JaxArrays,
  velocity: JaxArrays,
  carried: JaxArrays,
  count: JaxArray,
  key: JaxArray,
  x: JaxArray,
  y: JaxArray,
) => [
  loss: JaxArray,
  parameters: JaxArrays,
  momentum: JaxArrays,
  velocity: JaxArrays,
  carried: JaxArrays,
  count: JaxArray,
  key: JaxArray,
];

const RATE = 0.001;
const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;

/**
 * Creates the training step: one jitted function that computes the gradients and updates the parameters with Adam as in
 * optax.
 */
function trainFunction(jax: Jax, loss: JaxLoss): Train {
  const { numpy: np, tree, random } = jax;
  const differentiated = jax.valueAndGrad(loss, { hasAux: true });
  return jax.jit<Train>((parameters, momentum, velocity, carried, count, key, x, y) => {
    const keys = random.split(key, 2);
    const [nextKey, stepKey] = [keys.ref.slice(0), keys.slice(1)];
    const [[value, nextCarried], gradients] = differentiated(tree.ref(parameters), x, y, carried, stepKey);
    const next = count.add(1);
    const unbias1 = np.power(BETA1, next.ref).neg().add(1);
    const unbias2 = np.power(BETA2, next.ref).neg().add(1);
    const newMomentum = momentum.map((m, index) => m.mul(BETA1).add(gradients[index].ref.mul(1 - BETA1)));
    const newVelocity = velocity.map((v, index) => v.mul(BETA2).add(np.square(gradients[index]).mul(1 - BETA2)));
    const updated = parameters.map((parameter, index) => {
      const size = np.sqrt(newVelocity[index].ref.div(unbias2.ref)).add(EPSILON);
      return parameter.sub(newMomentum[index].ref.div(unbias1.ref).div(size).mul(RATE));
    });
    unbias1.dispose();
    unbias2.dispose();
    return [value, updated, newMomentum, newVelocity, nextCarried, next, nextKey];
  });
}

/** Prepares training with Adam. */
export function training(
  jax: Jax,
  { parameters: start, carried: carriedStart = [], batches, lossOf }: JaxNetwork,
): Prepared {
  const { numpy: np } = jax;
  const train = trainFunction(jax, lossOf);
  let parameters = start.map(({ make }) => make());
  let momentum = start.map(({ shape }) => np.zeros(shape));
  let velocity = start.map(({ shape }) => np.zeros(shape));
  let carried = carriedStart.map(({ make }) => make());
  let count = np.zeros([]);
  let key = jax.random.key(1);
  let loss = np.zeros([]);
  let position = 0;
  const step = async (): Promise<void> => {
    const { x, y } = batches[position]();
    position = (position + 1) % batches.length;
    loss.dispose();
    const result = attempted(() => train(parameters, momentum, velocity, carried, count, key, x, y));
    [loss, parameters, momentum, velocity, carried, count, key] = result;
    await started(jax, parameters);
  };
  return {
    step,
    check: () =>
      checkedLoss(step, async () => {
        const [value] = Array.from(await loss.ref.data());
        return value;
      }),
    dispose: () => {
      for (const each of [...parameters, ...momentum, ...velocity, ...carried, count, key, loss]) each.dispose();
    },
  };
}

/** Calls `train`, and throws BeyondLibrary if the compiler of jax-js does not support the network. */
function attempted<T>(train: () => T): T {
  try {
    return train();
  } catch (error) {
    throw error instanceof Error && error.message.startsWith('jit: ') ? new BeyondLibrary(error.message) : error;
  }
}

/** Returns the shape of a weight, and a function that creates its initial value as a JAX array. */
export function weight({ numpy: np }: Jax, { shape, kernel }: Start): Initial {
  return { shape, make: () => np.array(kernel).reshape(shape) };
}

/** Returns the initial kernels and biases of dense layers alternately. */
export function denseWeights(jax: Jax, starts: readonly DenseStart[]): readonly Initial[] {
  return starts.flatMap((start) => [weight(jax, start), zeros(jax, [start.outputs])]);
}

/** Returns the shape of a parameter, and a function that creates its initial value of zeros. */
export function zeros({ numpy: np }: Jax, shape: readonly number[]): Initial {
  return { shape, make: () => np.zeros(shape) };
}

/** Returns the shape of a parameter, and a function that creates its initial value of ones. */
export function ones({ numpy: np }: Jax, shape: readonly number[]): Initial {
  return { shape, make: () => np.ones(shape) };
}
