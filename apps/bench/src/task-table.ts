/** Parameters of each kind of task that a runner prepares and then repeats. */
export interface TaskTable extends ComputingTasks, NetworkTasks, DataTasks {}

/** Tasks that compute with tensors. All arrays are float32. */
export interface ComputingTasks {
  /** Product of two square matrices. */
  readonly matmul: { readonly size: number };
  /** One training step of a dense classifier: upload of the batch, forward, backward, Adam. */
  readonly 'mlp-step': Batches & {
    /** Number of inputs, then the units of each hidden layer (with ReLU), then the number of classes. */
    readonly units: readonly number[];
  };
  /**
   * One training step of an image classifier: convolutions without padding, each with a ReLU and a non-overlapping max
   * pooling, then dense layers, softmax cross-entropy, Adam.
   */
  readonly 'cnn-step': Batches & {
    /** Height, width, channels. */
    readonly image: readonly [height: number, width: number, channels: number];
    /** Number of filters of each convolution. */
    readonly filters: readonly number[];
    /** Height and width of a filter. */
    readonly kernel: number;
    /** Height and width of a pooling window. */
    readonly pool: number;
    /** Units of each hidden dense layer (with ReLU), then the number of classes. */
    readonly units: readonly number[];
  };
  /**
   * One training step of a dense classifier whose hidden layers have batch normalization before their ReLU and dropout
   * after it; running averages of the statistics are updated. Softmax cross-entropy, Adam.
   */
  readonly 'bn-mlp-step': Batches & {
    /** Number of inputs, units of the hidden layers, number of classes. */
    readonly units: readonly number[];
    /** Fraction of the hidden values that dropout sets to zero. */
    readonly dropout: number;
  };
  /** One training step of an LSTM and a dense layer on its last state: softmax cross-entropy, Adam. */
  readonly 'lstm-step': Batches & {
    readonly steps: number;
    readonly inputs: number;
    readonly hidden: number;
    readonly classes: number;
  };
  /** One training step of a text classifier: embedding, mean over the tokens, dense ReLU, one logit; Adam. */
  readonly 'embedding-step': Batches & {
    readonly vocabulary: number;
    /** Length of the embedding vector of a token. */
    readonly width: number;
    readonly tokens: number;
    readonly hidden: number;
  };
  /** One function applied to the elements of a vector; `add` takes two vectors. */
  readonly elementwise: { readonly function: ElementwiseFunction; readonly length: number };
  /** Sums of a matrix along one axis: axis 1 returns the sum of each row, axis 0 the sum of each column. */
  readonly reduce: { readonly axis: 0 | 1; readonly rows: number; readonly columns: number };
  /** Softmax of each row. */
  readonly softmax: { readonly rows: number; readonly columns: number };
  /** A chain of matrix products that are so small that starting the kernels takes most of the time. */
  readonly replay: { readonly kernels: number; readonly size: number };
}

/** Tasks that train or run networks of common sizes. */
export interface NetworkTasks {
  /**
   * One training step of a transformer that predicts a class for each token: embedding, blocks of causal self-attention
   * and two dense layers with GELU, each after a layer normalization and with a residual connection, a last layer
   * normalization, and logits. Without embedding of positions. Softmax cross-entropy, Adam.
   */
  readonly 'gpt-step': Batches & {
    readonly tokens: number;
    /** Length of the vector of a token; the hidden layer of a block has four times as many units. */
    readonly width: number;
    readonly blocks: number;
    readonly heads: number;
    /** Number of tokens, and of classes. */
    readonly vocabulary: number;
  };
  /** One training step of an image classifier of Keras: upload of the batch, forward, backward, Adam. */
  readonly 'network-step': Batches & {
    readonly network: TrainedNetwork;
    /** Height and width of the images. */
    readonly size: number;
    readonly classes: number;
    /** Learning rate. With 1e-5, rounding errors change the loss of ResNet50 within the ten steps of the check. */
    readonly learningRate: number;
  };
  /** Predictions of an image classifier: the logits of a batch. */
  readonly predict: {
    readonly network: PredictedNetwork;
    /** Height, width, channels. */
    readonly image: readonly [height: number, width: number, channels: number];
    readonly batch: number;
  };
}

/** Image classifiers of the benchmark `network-step`, with their names in Keras. */
export type TrainedNetwork = 'MobileNetV2' | 'ResNet50';

/** Image classifiers of the benchmark `predict`. */
export type PredictedNetwork =
  | TrainedNetwork
  | 'mnist-cnn'
  | 'MobileNetV1-0.25'
  | 'SqueezeNet-1.1'
  | 'MobileNetV3Small'
  | 'EfficientNetB0'
  | 'VGG16';

/** Tasks that prepare data for training. One run is an epoch. */
export interface DataTasks {
  /** Batches of photos of a folder with one folder per class, float32 with values in [0, 255], with labels; shuffled. */
  readonly 'image-folder': {
    readonly folder: string;
    readonly photos: number;
    /** Height and width of the resized photos. */
    readonly size: number;
    readonly batch: number;
    /** Whether to rotate, shift, zoom and mirror each photo at random. */
    readonly augments: boolean;
  };
  /** Batches of small images in memory: shuffled, scaled one by one to float32 in [0, 1], batched, prefetched. */
  readonly pipeline: { readonly elements: number; readonly size: number; readonly batch: number };
}

/** Number and size of the batches of training data. */
export interface Batches {
  /** Samples per batch. */
  readonly batch: number;
  /** Number of different batches, which are used in rotation. */
  readonly batches: number;
}

/** Functions of the benchmark `elementwise`. */
export type ElementwiseFunction = 'add' | 'relu' | 'exp' | 'tanh';

/** Kind of a task that computes with tensors. */
export type ComputingKind = keyof ComputingTasks;

/** Kind of a task that trains or runs a network of a common size. */
export type NetworkKind = keyof NetworkTasks;

/** Kind of a task that prepares data. */
export type DataKind = keyof DataTasks;

/** Kind of a task. */
export type TaskKind = keyof TaskTable;

/** A task with its kind, as sent to a runner. */
export type TaskOf<K extends TaskKind = TaskKind> = { [P in K]: { readonly kind: P } & TaskTable[P] }[K];
