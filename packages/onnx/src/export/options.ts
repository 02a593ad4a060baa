import { checkOptions, ManabiError, type OptionNames } from '@manabi/ir';

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

const KNOWN: OptionNames<ExportOptions> = {
  opset: true,
  irVersion: true,
  composites: true,
  externalData: true,
  inputNames: true,
  outputNames: true,
  classLabels: true,
  metadata: true,
  docString: true,
  producerName: true,
  producerVersion: true,
  batch: true,
};

/** The opsets that are tested. */
export const OPSETS: readonly number[] = [18, 19, 20, 21, 22, 23];

/** The IR versions that know these opsets. */
const IR_VERSIONS: readonly number[] = [8, 9, 10, 11];

/**
 * The options with what is taken by default.
 *
 * @throws ManabiError `argument` for names that nobody knows, and values that are none
 */
export function settingsOf(options: ExportOptions): ExportSettings {
  checkOptions('exportOnnx', options, KNOWN);
  const { opset = 21, composites = 'operators', producerName = 'manabi', batch = 'dynamic' } = options;
  checkOneOf('opset', opset, OPSETS);
  const { irVersion = opset < 23 ? 10 : 11 } = options;
  checkOneOf('irVersion', irVersion, IR_VERSIONS);
  checkOneOf('composites', composites, ['operators', 'bodies']);
  if (batch !== 'dynamic' && (!Number.isInteger(batch) || batch < 1)) {
    throw wrong('batch', batch, `'dynamic' or a whole number of at least 1`);
  }
  return { ...options, opset, irVersion, composites, producerName, batch };
}

function checkOneOf(option: string, given: number | string, known: readonly (number | string)[]): void {
  if (!known.includes(given)) throw wrong(option, given, `one of ${known.join(', ')}`);
}

function wrong(option: string, given: unknown, wanted: string): ManabiError {
  return new ManabiError('argument', `${option} is ${String(given)}, but must be ${wanted}.`, {
    op: 'exportOnnx',
    data: { option, given },
  });
}
