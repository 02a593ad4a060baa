/** Version of the format of records. A reader rejects runs with a larger version. */
export const FORMAT_VERSION = 1;

/** A layer of the trained model. */
export interface LayerSummary {
  readonly name: string;
  /** Class name in Keras, such as `Conv2D`. */
  readonly className: string;
  /** Output shape as text, such as `[null, 26, 26, 32]`; empty if it is unknown. */
  readonly outputShape: string;
  /** Number of weights, counted by element. */
  readonly parameters: number;
  readonly trainable: boolean;
}

/** The trained model. */
export interface ModelSummary {
  readonly name: string;
  readonly className: string;
  readonly layers: readonly LayerSummary[];
  readonly parameters: number;
  readonly trainableParameters: number;
}

/** The options of `compile`, as text. */
export interface CompileSummary {
  /** Name and options of the optimizer, such as `adam { epsilon: 1e-7 }`. */
  readonly optimizer: string;
  readonly loss: string;
  readonly metrics: readonly string[];
}

/** Losses and metrics by name. Values may be NaN or infinite. */
export type Values = Readonly<Record<string, number>>;

/** First record of a run. */
export interface StartedRecord {
  readonly type: 'started';
  readonly run: string;
  readonly version: number;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly model: ModelSummary;
  readonly compile: CompileSummary;
  readonly backend: string;
  /** Index of the epoch after the last one, counted from 0. */
  readonly epochs: number;
  /** Number of batches per epoch; null if unknown. */
  readonly steps: number | null;
}

/** Losses and metrics during an epoch: means over its batches so far. */
export interface BatchRecord {
  readonly type: 'batch';
  readonly run: string;
  readonly time: number;
  readonly epoch: number;
  /** Index of the batch in the epoch, counted from 0. */
  readonly batch: number;
  readonly values: Values;
  readonly learningRate: number;
}

/** Losses and metrics of an epoch, including those of the validation, such as `valLoss`. */
export interface EpochRecord {
  readonly type: 'epoch';
  readonly run: string;
  readonly time: number;
  readonly epoch: number;
  /** Number of batches of the epoch. */
  readonly batches: number;
  readonly values: Values;
  readonly learningRate: number;
  /** Duration of the epoch with its validation. */
  readonly seconds: number;
}

/** Distribution of the elements of a tensor. */
export interface Distribution {
  /** Path of the weight, such as `conv2d/kernel`. */
  readonly name: string;
  /** Number of elements of the tensor. */
  readonly size: number;
  /** Number of elements that were counted: all, or equally spaced ones of a large tensor. */
  readonly counted: number;
  /** Number of counted elements that are NaN or infinite. All other fields leave them out. */
  readonly notFinite: number;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly deviation: number;
  /** Number of elements in intervals of equal width from `min` to `max`; empty if no element is finite. */
  readonly counts: readonly number[];
}

/** Distributions of the weights, or of the gradients of a batch, at the end of an epoch. */
export interface HistogramsRecord {
  readonly type: 'histograms';
  readonly run: string;
  readonly epoch: number;
  readonly of: 'weights' | 'gradients';
  readonly tensors: readonly Distribution[];
}

/** Which data the model predicted: all or the first samples of the validation, or the last training batch of the epoch. */
export type PredictedData = 'validation' | 'training batch';

/** Numbers of samples by true and predicted class, at the end of an epoch. */
export interface ConfusionRecord {
  readonly type: 'confusion';
  readonly run: string;
  readonly epoch: number;
  readonly data: PredictedData;
  /** Name of the model's output. */
  readonly output: string;
  /** Names of the classes in the matrix. */
  readonly classes: readonly string[];
  /** Number of classes of the output; larger than the length of `classes` if only the most confused are included. */
  readonly classCount: number;
  /** Number of predicted samples, of all classes. */
  readonly samples: number;
  /** Number of samples predicted correctly, of all classes. */
  readonly correct: number;
  /** `counts[i][j]` is the number of samples of class i that were predicted as class j. */
  readonly counts: readonly (readonly number[])[];
}

/** An input of a sample: an image, or numbers. */
export type SampleInput =
  | {
      readonly kind: 'image';
      readonly height: number;
      readonly width: number;
      /** 1 for grey, 3 for colours, 4 for colours with opacity. */
      readonly channels: number;
      /** Elements in [0, 255], row by row, channels last, as base64. */
      readonly pixels: string;
    }
  | {
      readonly kind: 'numbers';
      readonly shape: readonly number[];
      /** The first elements. */
      readonly values: readonly number[];
    };

/** What a model predicted for an output of a sample. */
export type SampleOutput =
  | {
      readonly kind: 'class';
      readonly output: string;
      readonly truth: string;
      readonly prediction: string;
      /** Probability or score of the prediction. */
      readonly score: number;
      readonly correct: boolean;
    }
  | {
      readonly kind: 'numbers';
      readonly output: string;
      /** The first numbers of the label; null without a label. */
      readonly truth: readonly number[] | null;
      readonly prediction: readonly number[];
    };

/** A predicted sample. */
export interface Sample {
  /** Index of the sample in the predicted data. */
  readonly index: number;
  readonly inputs: readonly SampleInput[];
  readonly outputs: readonly SampleOutput[];
}

/** Samples with predictions at the end of an epoch, those with a wrong class first. */
export interface SamplesRecord {
  readonly type: 'samples';
  readonly run: string;
  readonly epoch: number;
  readonly data: PredictedData;
  readonly samples: readonly Sample[];
}

/** A step of the plan of a training step. */
export interface TraceStep {
  readonly name: string;
  /** Nesting depth; a step with a larger depth than its predecessor is inside that loop or branch. */
  readonly depth: number;
  /** Number of runs in one training step. */
  readonly runs: number;
  /** Cost of all scalar operations in one training step, in units of one addition. */
  readonly operations: number;
  readonly bytes: number;
  /** Shortest time in one training step so far; null if the backend does not measure it. */
  readonly milliseconds: number | null;
}

/** The plan of a training step, at the end of an epoch. */
export interface TraceRecord {
  readonly type: 'trace';
  readonly run: string;
  readonly epoch: number;
  /** Clock that measured the steps: that of the host, or `gpu` or `submission`. */
  readonly clock: string;
  readonly steps: readonly TraceStep[];
}

/** Last record of a run. */
export interface EndedRecord {
  readonly type: 'ended';
  readonly run: string;
  readonly time: number;
  /**
   * `finished`: all epochs are complete; `stopped`: a callback, the dashboard, a signal or Ctrl-C ended the training early,
   * with the weights kept; `failed`: an error ended it.
   */
  readonly outcome: 'finished' | 'stopped' | 'failed';
  /** Message of the error; empty without one. */
  readonly message: string;
}

/** What a dashboard shows, as plain data. Records of a run have the same `run`; the first one is `started`. */
export type DashboardRecord =
  | StartedRecord
  | BatchRecord
  | EpochRecord
  | HistogramsRecord
  | ConfusionRecord
  | SamplesRecord
  | TraceRecord
  | EndedRecord;

/** Name of a type of records. */
export type RecordType = DashboardRecord['type'];

/** The records of one type. */
export type RecordOf<T extends RecordType> = Extract<DashboardRecord, { readonly type: T }>;

/** Receives records, such as a file, a server or a `RecordHub`. */
export interface RecordSink {
  /** Receives a record. The training waits for a returned promise. */
  write(record: DashboardRecord): void | Promise<void>;
  /** Registers a function that is called with the name of a run that a reader wants to stop. Returns a function that removes it. */
  onStop?(listener: (run: string) => void): () => void;
}

/** Provides records to a view. */
export interface RecordSource {
  /** Calls a function with all records so far, and with each later one. Returns a function that ends this. */
  subscribe(listener: (record: DashboardRecord) => void): () => void;
  /** Stops a run after its current batch, with the weights kept. Missing if runs cannot be stopped. */
  stop?(run: string): void;
}
