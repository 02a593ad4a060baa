import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ElementwiseFunction, TaskOf } from '../tasks.ts';
import { batchesOf, denseStarts, operand, rotation } from './inputs.ts';
import {
  CHECKED_STEP,
  type Library,
  type Makers,
  meanMagnitude,
  type Prepared,
  type RunnerSettings,
  serve,
} from './serve.ts';

/** An array of jax-js. Whoever passes it on gives it away; `ref` keeps a hold on it. */
interface JaxArray {
  readonly ref: JaxArray;
  add(other: JaxArray | number): JaxArray;
  sub(other: JaxArray | number): JaxArray;
  mul(other: JaxArray | number): JaxArray;
  div(other: JaxArray | number): JaxArray;
  neg(): JaxArray;
  reshape(shape: readonly number[]): JaxArray;
  data(): Promise<ArrayLike<number>>;
  dispose(): void;
}

/** Trees are arrays of arrays here: all that the works need. */
type Parameters = JaxArray[];

/** A loss of parameters and a batch. */
type Loss = (parameters: Parameters, images: JaxArray, labels: JaxArray) => JaxArray;

/** A training step. */
type Train = (
  parameters: Parameters,
  momentum: Parameters,
  velocity: Parameters,
  count: JaxArray,
  images: JaxArray,
  labels: JaxArray,
) => [JaxArray, Parameters, Parameters, Parameters, JaxArray];

/** What is used of `@jax-js/jax`. */
interface Jax {
  init(...devices: string[]): Promise<readonly string[]>;
  jit<F>(f: F): F;
  valueAndGrad(loss: Loss): (...args: globalThis.Parameters<Loss>) => [JaxArray, Parameters];
  blockUntilReady(x: JaxArray | JaxArray[]): Promise<unknown>;
  readonly numpy: {
    array(values: Float32Array | Int32Array): JaxArray;
    zeros(shape: readonly number[]): JaxArray;
    matmul(a: JaxArray, b: JaxArray): JaxArray;
    add(a: JaxArray, b: JaxArray): JaxArray;
    exp(x: JaxArray): JaxArray;
    tanh(x: JaxArray): JaxArray;
    sqrt(x: JaxArray): JaxArray;
    square(x: JaxArray): JaxArray;
    power(x: number, y: JaxArray): JaxArray;
    mean(x: JaxArray): JaxArray;
    sum(x: JaxArray, axis: number): JaxArray;
  };
  readonly nn: {
    relu(x: JaxArray): JaxArray;
    softmax(x: JaxArray): JaxArray;
    logSoftmax(x: JaxArray): JaxArray;
    oneHot(x: JaxArray, classes: number): JaxArray;
  };
  readonly tree: { ref<T>(x: T): T };
}

function makersOf(jax: Jax): Makers {
  const { numpy: np, nn, jit } = jax;
  const repeated = (operands: readonly JaxArray[], call: () => JaxArray): Prepared => ({
    step: async () => {
      const result = call();
      await jax.blockUntilReady(result);
      result.dispose();
    },
    check: async () => meanMagnitude(await call().data()),
    dispose: () => {
      for (const each of operands) each.dispose();
    },
  });
  const matrix = (rows: number, columns: number, seed: number) =>
    np.array(operand(rows * columns, seed)).reshape([rows, columns]);
  const functions: { readonly [K in ElementwiseFunction]: (a: JaxArray, b: JaxArray) => () => JaxArray } = {
    add: (a, b) => {
      const run = jit((x: JaxArray, y: JaxArray) => np.add(x, y));
      return () => run(a.ref, b.ref);
    },
    relu: (a) => {
      const run = jit((x: JaxArray) => nn.relu(x));
      return () => run(a.ref);
    },
    exp: (a) => {
      const run = jit((x: JaxArray) => np.exp(x));
      return () => run(a.ref);
    },
    tanh: (a) => {
      const run = jit((x: JaxArray) => np.tanh(x));
      return () => run(a.ref);
    },
  };
  return {
    matmul: ({ size }) => {
      const [a, b] = [matrix(size, size, 1), matrix(size, size, 2)];
      const run = jit((x: JaxArray, y: JaxArray) => np.matmul(x, y));
      return repeated([a, b], () => run(a.ref, b.ref));
    },
    elementwise: (task) => {
      const [a, b] = [1, 2].map((seed) => np.array(operand(task.length, seed)));
      return repeated([a, b], functions[task.function](a, b));
    },
    reduce: ({ axis, rows, columns }) => {
      const a = matrix(rows, columns, 1);
      const run = jit((x: JaxArray) => np.sum(x, axis));
      return repeated([a], () => run(a.ref));
    },
    softmax: ({ rows, columns }) => {
      const a = matrix(rows, columns, 1);
      const run = jit((x: JaxArray) => nn.softmax(x));
      return repeated([a], () => run(a.ref));
    },
    replay: ({ kernels, size }) => {
      const a = matrix(size, size, 1);
      const factor = np.array(rotation(size)).reshape([size, size]);
      const run = jit((x: JaxArray, y: JaxArray) => {
        let value = x;
        for (let kernel = 0; kernel < kernels; kernel++) value = np.matmul(value, y.ref);
        y.dispose();
        return value;
      });
      return repeated([a, factor], () => run(a.ref, factor.ref));
    },
    'mlp-step': (task) => mlpStep(jax, task),
  };
}

/** Kernels and biases by turns. The loss takes what it is given, as jax-js asks of every function. */
function lossFunction({ numpy: np, nn }: Jax, classes: number): Loss {
  return (parameters, images, labels) => {
    let value = images;
    for (let layer = 0; layer < parameters.length; layer += 2) {
      const sums = np.matmul(value, parameters[layer]).add(parameters[layer + 1]);
      value = layer + 2 === parameters.length ? sums : nn.relu(sums);
    }
    const chosen = nn.logSoftmax(value).mul(nn.oneHot(labels, classes));
    return np.mean(np.sum(chosen, 1)).neg();
  };
}

const RATE = 0.001;
const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;

/** Adam as optax writes it, in one jitted step with the gradients. */
function trainFunction(jax: Jax, loss: Loss): Train {
  const { numpy: np, tree } = jax;
  return jax.jit<Train>((parameters, momentum, velocity, count, images, labels) => {
    const [value, gradients] = jax.valueAndGrad(loss)(tree.ref(parameters), images, labels);
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
    return [value, updated, newMomentum, newVelocity, next];
  });
}

function mlpStep(jax: Jax, task: TaskOf<'mlp-step'>): Prepared {
  const { numpy: np } = jax;
  const train = trainFunction(jax, lossFunction(jax, task.units[task.units.length - 1]));
  const starts = denseStarts(task);
  const shapes = starts.flatMap(({ inputs, outputs }) => [[inputs, outputs], [outputs]]);
  let parameters = starts.flatMap(({ inputs, outputs, kernel, bias }) => [
    np.array(kernel).reshape([inputs, outputs]),
    np.array(bias),
  ]);
  let momentum = shapes.map((shape) => np.zeros(shape));
  let velocity = shapes.map((shape) => np.zeros(shape));
  let count = np.zeros([]);
  let loss = np.zeros([]);
  const batches = batchesOf(task);
  let position = 0;
  const step = async (): Promise<void> => {
    const { images, labels } = batches[position];
    position = (position + 1) % batches.length;
    const x = np.array(images).reshape([task.batch, task.units[0]]);
    loss.dispose();
    [loss, parameters, momentum, velocity, count] = train(parameters, momentum, velocity, count, x, np.array(labels));
    await jax.blockUntilReady(parameters);
  };
  return {
    step,
    check: async () => {
      for (let done = 0; done < CHECKED_STEP; done++) await step();
      const [value] = Array.from(await loss.ref.data());
      return value;
    },
    dispose: () => {
      for (const each of [...parameters, ...momentum, ...velocity, count, loss]) each.dispose();
    },
  };
}

/** One thread: its workers are those of pages. A module resolver of another folder needs its manifest to find the file. */
async function load({ variant, npmFolder }: RunnerSettings): Promise<Library> {
  const folder = join(npmFolder, 'node_modules', '@jax-js', 'jax');
  const manifest: { readonly version: string; readonly module: string } = JSON.parse(
    readFileSync(join(folder, 'package.json'), 'utf8'),
  );
  const jax: Jax = await import(pathToFileURL(join(folder, manifest.module)).href);
  await jax.init(variant);
  return { version: manifest.version, threads: 1, note: null, makers: makersOf(jax) };
}

await serve(load);
