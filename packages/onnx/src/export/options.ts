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

/** How something is exported. */
export interface ExportOptions {
  /** Version of ONNX's operators: 18 to 23, by default 21. */
  readonly opset?: number;
  /** Version of the file format, by default the first that knows the opset, and at least 10. */
  readonly irVersion?: number;
  /**
   * What becomes of named functions such as softmax and LSTM: the `operators` of ONNX, by default, or their `bodies` of
   * arithmetic.
   */
  readonly composites?: 'operators' | 'bodies';
  /** Puts parameters of 1 KB and more into a file beside the model, by default only where it would pass 2 GB. */
  readonly externalData?: boolean;
  /** Names of the inputs in the file, in order; by default those of the model. */
  readonly inputNames?: readonly string[];
  readonly outputNames?: readonly string[];
  /** What the classes are called, in order: kept as the property `classLabels`, a JSON list. */
  readonly classLabels?: readonly string[];
  /** Properties of the file. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** Text for people who look at the file. */
  readonly docString?: string;
  /** By default `manabi`. */
  readonly producerName?: string;
  /** Left out by default. */
  readonly producerVersion?: string;
  /** `dynamic`, by default: any batch size; a number: this one alone. */
  readonly batch?: 'dynamic' | number;
}

/** The options with what is taken by default. */
export type ExportSettings = Required<
  Pick<ExportOptions, 'opset' | 'irVersion' | 'composites' | 'producerName' | 'batch'>
> &
  ExportOptions;

/** The opsets that are tested. */
export const OPSETS: readonly number[] = [18, 19, 20, 21, 22, 23];

/** The IR versions that know these opsets. */
const IR_VERSIONS: readonly number[] = [8, 9, 10, 11];

/** What each option may be. */
export const optionKinds = {
  opset: optional(oneOfNumbers(OPSETS), 21),
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
 * Returns the options with the defaults of those that were left out.
 *
 * @throws ManabiError `argument` for unknown options, and for values that no option may have
 */
export function settingsOf(options: ExportOptions): ExportSettings {
  const { irVersion, ...others } = readOptions('exportOnnx', options, optionKinds);
  return { ...others, irVersion: irVersion ?? (others.opset < 23 ? 10 : 11) };
}

/* @__NO_SIDE_EFFECTS__ */
function oneOfNumbers(numbers: readonly number[]): Kind<number> {
  const expected = `one of ${numbers.join(', ')}`;
  return kind(expected, (given): given is number => numbers.some((number) => number === given));
}
