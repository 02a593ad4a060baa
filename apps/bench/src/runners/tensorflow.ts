/** A tensor of TensorFlow.js. */
export interface TfTensor {
  readonly shape: readonly number[];
  data(): Promise<ArrayLike<number>>;
  dispose(): void;
}

/** A layer of TensorFlow.js. */
export interface TfLayer {
  setWeights(weights: readonly TfTensor[]): void;
  dispose(): unknown;
}

/** A sequential model of TensorFlow.js. */
export interface TfModel {
  add(layer: TfLayer): void;
  apply(x: TfTensor, options: { readonly training: true }): TfTensor;
  readonly trainableWeights: readonly { read(): TfTensor }[];
  dispose(): unknown;
}

/** An optimizer of TensorFlow.js. */
export interface TfOptimizer {
  minimize(f: () => TfTensor, returnCost: true, variables?: readonly TfTensor[]): TfTensor;
  dispose(): void;
}

type LayerMaker = (options?: Readonly<Record<string, unknown>>) => TfLayer;

/** What a product includes. */
interface FusedOptions {
  readonly bias?: TfTensor;
  readonly activation: string;
}

interface FusedConvolution extends FusedOptions {
  readonly x: TfTensor;
  readonly filter: TfTensor;
  readonly strides: readonly number[];
  readonly pad: string;
}

/** The part of `@tensorflow/tfjs` that the benchmark uses. */
export interface Tf {
  readonly version: { readonly tfjs: string };
  setBackend(name: string): Promise<boolean>;
  ready(): Promise<void>;
  tidy(f: () => TfTensor): TfTensor;
  keep(x: TfTensor): TfTensor;
  tensor(values: Float32Array | Int32Array, shape: readonly number[], dtype?: 'float32' | 'int32'): TfTensor;
  variable(initial: TfTensor): TfTensor;
  matMul(a: TfTensor, b: TfTensor): TfTensor;
  add(a: TfTensor, b: TfTensor | number): TfTensor;
  relu(x: TfTensor): TfTensor;
  exp(x: TfTensor): TfTensor;
  tanh(x: TfTensor): TfTensor;
  sum(x: TfTensor, axis?: number): TfTensor;
  sub(a: TfTensor, b: TfTensor): TfTensor;
  mul(a: TfTensor, b: TfTensor | number): TfTensor;
  div(a: TfTensor, b: TfTensor): TfTensor;
  mean(x: TfTensor, axes: readonly number[], keepDims: boolean): TfTensor;
  relu6(x: TfTensor): TfTensor;
  sigmoid(x: TfTensor): TfTensor;
  reshape(x: TfTensor, shape: readonly number[]): TfTensor;
  concat(tensors: readonly TfTensor[], axis: number): TfTensor;
  pad(x: TfTensor, paddings: readonly (readonly number[])[]): TfTensor;
  maxPool(x: TfTensor, size: readonly number[], strides: readonly number[], pad: string): TfTensor;
  softmax(x: TfTensor): TfTensor;
  oneHot(indices: TfTensor, depth: number): TfTensor;
  sequential(): TfModel;
  readonly layers: {
    readonly [K in
      | 'batchNormalization'
      | 'conv2d'
      | 'dense'
      | 'dropout'
      | 'embedding'
      | 'flatten'
      | 'globalAveragePooling1d'
      | 'lstm'
      | 'maxPooling2d'
      | 'reLU']: LayerMaker;
  };
  readonly fused: {
    matMul(options: FusedOptions & { readonly a: TfTensor; readonly b: TfTensor }): TfTensor;
    conv2d(options: FusedConvolution): TfTensor;
    depthwiseConv2d(options: FusedConvolution): TfTensor;
  };
  readonly losses: {
    softmaxCrossEntropy(labels: TfTensor, logits: TfTensor): TfTensor;
    sigmoidCrossEntropy(labels: TfTensor, logits: TfTensor): TfTensor;
  };
  readonly train: { adam(learningRate: number): TfOptimizer };
}

/** The part of `@tensorflow/tfjs-backend-wasm` that the benchmark uses. */
export interface TfWasm {
  setThreadsCount(count: number): void;
  getThreadsCount(): number;
  setWasmPaths(folder: string): void;
}
