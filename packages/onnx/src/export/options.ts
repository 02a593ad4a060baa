import {
  anyOf,
  boolean,
  type Kind,
  type KindsOf,
  kind,
  listOf,
  oneOf,
  optional,
  positiveInteger,
  readOptions,
  recordOf,
  text,
} from '@manabi/errors';

/** Options of `exportOnnx`. */
export interface ExportOptions {
  /** ONNX operator set version, 18 to 23; by default the lowest one of 18 to 21 whose operators the file uses. */
  readonly opset?: number;
  /** Version of the file format; by default the first one that supports the opset, but at least 10. */
  readonly irVersion?: number;
  /**
   * How composites such as softmax and LSTM are written: `operators`, the default, writes each as the ONNX operator of
   * this name; `bodies` writes the elementary operators that define the composite.
   */
  readonly composites?: 'operators' | 'bodies';
  /** Whether to store parameters of 1 KB and more in a file next to the model; by default only for models above 2 GB. */
  readonly externalData?: boolean;
  /** Names that the inputs have in the file, in order; by default their names in the model. */
  readonly inputNames?: readonly string[];
  /** Names that the outputs have in the file, in order; by default their names in the model. */
  readonly outputNames?: readonly string[];
  /**
   * Names of the classes of a classifier, in order. The file stores them as a JSON list in the metadata property
   * `classLabels`.
   */
  readonly classLabels?: readonly string[];
  /** Metadata properties to store in the file, by name. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** Description of the model to store in the file. */
  readonly docString?: string;
  /** Name of the program that produced the file; by default `manabi`. */
  readonly producerName?: string;
  /** Version of the program that produced the file; omitted by default. */
  readonly producerVersion?: string;
  /** Batch size that the file accepts: `dynamic`, the default, for any size, or a number for only this size. */
  readonly batch?: 'dynamic' | number;
}

/** Options of `exportOnnx` with defaults filled in, except those that depend on the content of the file. */
export type ExportSettings = Required<Pick<ExportOptions, 'composites' | 'producerName' | 'batch'>> & ExportOptions;

/** Supported ONNX operator set versions. */
export const OPSETS: readonly number[] = [18, 19, 20, 21, 22, 23];

/** Supported versions of the ONNX file format (IR versions). */
const IR_VERSIONS: readonly number[] = [8, 9, 10, 11];

/** Validators for the options of `exportOnnx`. */
export const optionKinds = {
  opset: optional(oneOfNumbers(OPSETS)),
  irVersion: optional(oneOfNumbers(IR_VERSIONS)),
  composites: optional(oneOf('operators', 'bodies'), 'operators'),
  externalData: optional(boolean),
  inputNames: optional(listOf(text)),
  outputNames: optional(listOf(text)),
  classLabels: optional(listOf(text)),
  metadata: optional(recordOf(text)),
  docString: optional(text),
  producerName: optional(text, 'manabi'),
  producerVersion: optional(text),
  batch: optional(anyOf(oneOf('dynamic'), positiveInteger), 'dynamic'),
} satisfies KindsOf<ExportOptions>;

/**
 * Checks the options and fills in defaults.
 *
 * @throws ManabiError `argument` for unknown options and invalid values
 */
export function settingsOf(options: ExportOptions): ExportSettings {
  return readOptions('exportOnnx', options, optionKinds);
}

/* @__NO_SIDE_EFFECTS__ */
function oneOfNumbers(numbers: readonly number[]): Kind<number> {
  const expected = `one of ${numbers.join(', ')}`;
  return kind(expected, (given): given is number => numbers.some((number) => number === given));
}
