// The parts of `onnxruntime-node` and `onnxruntime-web` that the backend uses. They are stated here, so that declarations of
// this package do not require a package that may not be installed.

/** A tensor of ONNX Runtime: an array on the host. */
export interface RuntimeTensor {
  readonly type: string;
  readonly dims: readonly number[];
  readonly data: unknown;
}

/** A graph that ONNX Runtime has opened. */
export interface RuntimeSession {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  run(feeds: Readonly<Record<string, RuntimeTensor>>): Promise<Readonly<Record<string, RuntimeTensor>>>;
  release(): Promise<void>;
  /** Writes the times of a session with the option `enableProfiling`. */
  endProfiling?(): void;
}

/** The module of ONNX Runtime. */
export interface Runtime {
  readonly InferenceSession: {
    create(bytes: Uint8Array, options: object): Promise<RuntimeSession>;
  };
  readonly Tensor: new (type: string, data: unknown, dims: readonly number[]) => RuntimeTensor;
  /** Providers of the installed build. `onnxruntime-web` lacks this function. */
  readonly listSupportedBackends?: () => readonly { readonly name: string }[];
}
