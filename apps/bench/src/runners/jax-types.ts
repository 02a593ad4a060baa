/** An array of jax-js. Passing it to a function consumes it; `ref` adds a reference. */
export interface JaxArray {
  readonly ref: JaxArray;
  add(other: JaxArray | number): JaxArray;
  sub(other: JaxArray | number): JaxArray;
  mul(other: JaxArray | number): JaxArray;
  div(other: JaxArray | number): JaxArray;
  neg(): JaxArray;
  reshape(shape: readonly number[]): JaxArray;
  transpose(axes: readonly number[]): JaxArray;
  slice(...index: readonly number[]): JaxArray;
  data(): Promise<ArrayLike<number>>;
  /** Starts what the array depends on, without waiting for the GPU. Only on the device `webgpu`. */
  gpuBuffer(): Promise<unknown>;
  dispose(): void;
}

/** A nested structure of arrays (pytree) of jax-js. The benchmark uses only lists of arrays. */
export type JaxArrays = JaxArray[];

/**
 * Function that returns the loss of a batch and the state for the next step. It receives a different random key in each
 * step.
 */
export type JaxLoss = (
  parameters: JaxArrays,
  x: JaxArray,
  y: JaxArray,
  carried: JaxArrays,
  key: JaxArray,
) => [loss: JaxArray, carried: JaxArrays];

/** The part of `@jax-js/jax` that the benchmark uses. */
export interface Jax {
  init(...devices: string[]): Promise<readonly string[]>;
  defaultDevice(device?: string): string;
  jit<F>(f: F): F;
  valueAndGrad(
    loss: JaxLoss,
    options: { readonly hasAux: true },
  ): (...args: Parameters<JaxLoss>) => [result: ReturnType<JaxLoss>, gradients: JaxArrays];
  blockUntilReady(x: JaxArray | JaxArray[]): Promise<unknown>;
  readonly numpy: {
    array(values: Float32Array | Int32Array): JaxArray;
    zeros(shape: readonly number[]): JaxArray;
    ones(shape: readonly number[]): JaxArray;
    matmul(a: JaxArray, b: JaxArray): JaxArray;
    add(a: JaxArray, b: JaxArray): JaxArray;
    exp(x: JaxArray): JaxArray;
    log1p(x: JaxArray): JaxArray;
    abs(x: JaxArray): JaxArray;
    tanh(x: JaxArray): JaxArray;
    sqrt(x: JaxArray): JaxArray;
    square(x: JaxArray): JaxArray;
    power(x: number, y: JaxArray): JaxArray;
    mean(x: JaxArray, axis?: number): JaxArray;
    sum(x: JaxArray, axis?: number): JaxArray;
    max(x: JaxArray): JaxArray;
    take(x: JaxArray, indices: JaxArray, axis: number): JaxArray;
    where(condition: JaxArray, x: JaxArray | number, y: JaxArray | number): JaxArray;
  };
  readonly nn: {
    relu(x: JaxArray): JaxArray;
    softmax(x: JaxArray): JaxArray;
    softplus(x: JaxArray): JaxArray;
    logSoftmax(x: JaxArray): JaxArray;
    oneHot(x: JaxArray, classes: number): JaxArray;
  };
  readonly lax: {
    conv(x: JaxArray, filters: JaxArray, strides: readonly number[], padding: 'VALID'): JaxArray;
    reduceWindow(
      x: JaxArray,
      computation: (window: JaxArray) => JaxArray,
      window: readonly number[],
      strides: readonly number[],
    ): JaxArray;
  };
  readonly random: {
    key(seed: number): JaxArray;
    split(key: JaxArray, count: number): JaxArray;
    bernoulli(key: JaxArray, probability: number, shape: readonly number[]): JaxArray;
  };
  readonly tree: { ref<T>(x: T): T };
}
