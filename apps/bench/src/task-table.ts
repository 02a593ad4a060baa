/** The parameters of each kind of work; a runner prepares and repeats exactly this. All arrays are float32. */
export interface TaskTable {
  /** Product of two square matrices. */
  readonly matmul: { readonly size: number };
  /** One training step of a dense classifier: batch in from the host, forward, backward, Adam. */
  readonly 'mlp-step': Batches & {
    /** Inputs, hidden layers (ReLU), classes. */
    readonly units: readonly number[];
  };
  /**
   * One training step of a classifier of images: convolutions without padding, each with ReLU and a max pooling that
   * does not overlap, then dense layers, softmax cross-entropy, Adam.
   */
  readonly 'cnn-step': Batches & {
    /** Height, width, channels. */
    readonly image: readonly [height: number, width: number, channels: number];
    /** Filters of each convolution. */
    readonly filters: readonly number[];
    /** Side of a filter. */
    readonly kernel: number;
    /** Side of a pooling window. */
    readonly pool: number;
    /** Hidden dense layers (ReLU), classes. */
    readonly units: readonly number[];
  };
  /**
   * One training step of a dense classifier whose hidden layers have a batch normalisation before their ReLU and a
   * dropout behind it; running averages of the statistics are kept. Softmax cross-entropy, Adam.
   */
  readonly 'bn-mlp-step': Batches & {
    /** Inputs, hidden layers, classes. */
    readonly units: readonly number[];
    /** Share of the hidden values that dropout sets to zero. */
    readonly dropout: number;
  };
  /** One training step of an LSTM and a dense layer on its last state: softmax cross-entropy, Adam. */
  readonly 'lstm-step': Batches & {
    readonly steps: number;
    readonly inputs: number;
    readonly hidden: number;
    readonly classes: number;
  };
  /** One training step of a classifier of texts: embedding, mean over the tokens, dense ReLU, one logit; Adam. */
  readonly 'embedding-step': Batches & {
    readonly vocabulary: number;
    /** Numbers a token. */
    readonly width: number;
    readonly tokens: number;
    readonly hidden: number;
  };
  /** One function over a vector; `add` takes two. */
  readonly elementwise: { readonly function: ElementwiseFunction; readonly length: number };
  /** Sums of a matrix: along axis 1 one sum a row, along axis 0 one a column. */
  readonly reduce: { readonly axis: 0 | 1; readonly rows: number; readonly columns: number };
  /** Softmax of each row. */
  readonly softmax: { readonly rows: number; readonly columns: number };
  /** A chain of products so small that only the cost of starting each one counts. */
  readonly replay: { readonly kernels: number; readonly size: number };
}

/** The data of training. */
export interface Batches {
  /** Examples in a batch. */
  readonly batch: number;
  /** How many different batches there are; the steps go round. */
  readonly batches: number;
}

/** The functions of the elementwise work. */
export type ElementwiseFunction = 'add' | 'relu' | 'exp' | 'tanh';

/** A kind of task that a runner knows. */
export type TaskKind = keyof TaskTable;

/** A task with its kind in it, as it is sent to a runner. */
export type TaskOf<K extends TaskKind = TaskKind> = { [P in K]: { readonly kind: P } & TaskTable[P] }[K];
