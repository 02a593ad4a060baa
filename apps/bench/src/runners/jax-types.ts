/** An array of jax-js. Whoever passes it on gives it away; `ref` keeps a hold on it. */
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
  dispose(): void;
}

/** Trees are arrays of arrays here: all that the works need. */
export type JaxArrays = JaxArray[];

/** The loss of parameters and a batch, and what is carried to the next step; the key is another one in each. */
export type JaxLoss = (
  parameters: JaxArrays,
  x: JaxArray,
  y: JaxArray,
  carried: JaxArrays,
  key: JaxArray,
) => [loss: JaxArray, carried: JaxArrays];

/** What is used of `@jax-js/jax`. */
export interface Jax {
  init(...devices: string[]): Promise<readonly string[]>;
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
    sum(x: JaxArray, axis: number): JaxArray;
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
