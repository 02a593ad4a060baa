import { type HostArray, ManabiError } from '@manabi/ir';
import type { Length } from '../symbolic/length.ts';
import type { Term, TermDType } from './term.ts';

/** A constant that the file stores: an array, or int64 values for shapes and indices. */
export type Stored =
  | { readonly kind: 'array'; readonly array: HostArray; readonly origin: string | null }
  | { readonly kind: 'int64'; readonly shape: readonly number[]; readonly values: readonly number[] };

/**
 * The axis of an input from which the file reads the value of a variable length, such as the batch size, at run time; for
 * a length that is derived from others, the axis of a result.
 */
export interface LengthSource {
  readonly source: Term;
  readonly axis: number;
}

/** What a model is written for. */
export interface Purpose {
  /**
   * Whether the model is run by the backend `onnxruntime` and not written to a file. Nodes are then added where ONNX
   * Runtime computes other results than manabi: for NaN in maxima, and for indices out of range.
   */
  readonly isForBackend: boolean;
  /** Whether one thread runs the model. */
  readonly isSequential: boolean;
  /**
   * Whether forms are allowed whose results are right only if some numbers are finite. If the model has such forms, it has
   * one more output: a number that is finite only if all results are right.
   */
  readonly isGuarded: boolean;
  /**
   * Number of channels of a block in the layout of the convolutions that ONNX Runtime writes into optimized files; null if the
   * model must not contain them.
   */
  readonly channelBlock: number | null;
}

/** Version of files that use nothing newer. ONNX Runtime runs some operators slower in newer versions, such as AveragePool. */
const OLDEST = 18;

/** Newest version that is used by default; newer operators are written only if their version is asked for. */
const NEWEST_BY_DEFAULT = 21;

/** State that is common to all graphs of an ONNX file while they are written: used names, constants and settings. */
export class FileDraft {
  /** Whether composites are written as ONNX operators where possible. */
  readonly keepsComposites: boolean;
  /** Whether the file is for the backend `onnxruntime`; see `Purpose`. */
  readonly isForBackend: boolean;
  /** Whether one thread runs the file; see `Purpose`. */
  readonly isSequential: boolean;
  /** Whether forms for finite numbers are allowed; see `Purpose`. */
  readonly isGuarded: boolean;
  /** Numbers that are all finite only if the forms for finite numbers computed the right results. */
  readonly guards: Term[] = [];
  /** Constants by name. Constants that no node reads are not written to the file. */
  readonly stored = new Map<string, Stored>();
  /** Types of intermediate values, which the file states for tools that display it. */
  readonly types = new Map<string, { readonly dtype: TermDType; readonly shape: readonly Length[] }>();
  /** Axis for each variable length, by the name of the length. */
  readonly lengthSources = new Map<string, LengthSource>();
  readonly #most: number;
  #opset: number;
  readonly #taken = new Set<string>();
  readonly #counts = new Map<string, number>();
  readonly #constants = new Map<string, Term>();
  readonly #derived = new Map<string, Term>();

  /** @param opset version of the operator set; undefined for the lowest version whose operators the file uses */
  constructor(opset: number | undefined, keepsComposites: boolean, { isForBackend, isSequential, isGuarded }: Purpose) {
    this.#most = opset ?? NEWEST_BY_DEFAULT;
    this.#opset = opset ?? OLDEST;
    this.keepsComposites = keepsComposites;
    this.isForBackend = isForBackend;
    this.isSequential = isSequential;
    this.isGuarded = isGuarded;
  }

  /** Version of the operator set. If it was not given, it increases while newer operators are written. */
  get opset(): number {
    return this.#opset;
  }

  /** Reports whether the file may use what a version of the operator set introduced. If so, it has at least this version. */
  uses(version: number): boolean {
    if (version > this.#most) return false;
    this.#opset = Math.max(this.#opset, version);
    return true;
  }

  /**
   * Marks a name as used.
   *
   * @throws ManabiError `argument` if the name is empty or already used
   */
  reserve(name: string): string {
    if (name === '' || this.#taken.has(name)) {
      throw new ManabiError(
        'argument',
        name === ''
          ? 'Names of inputs and outputs must not be empty.'
          : `The name '${name}' is used twice. Names of inputs, outputs and parameters must be unique.`,
        { op: 'exportOnnx', data: { name } },
      );
    }
    this.#taken.add(name);
    return name;
  }

  /** Returns an unused name: `conv`, `conv_1`, … */
  freshName(hint: string): string {
    for (;;) {
      const count = this.#counts.get(hint) ?? 0;
      this.#counts.set(hint, count + 1);
      const name = count === 0 ? hint : `${hint}_${count}`;
      if (this.#taken.has(name)) continue;
      this.#taken.add(name);
      return name;
    }
  }

  /**
   * Stores a copy of a constant in another layout, such as its transpose, which `make` computes. Later calls with the
   * same constant and layout return the first copy.
   *
   * @param layout name of the layout, equal for equal conversions
   */
  derive(source: Term, array: HostArray, layout: string, make: (array: HostArray) => HostArray): Term {
    const key = `${source.name} ${layout}`;
    const known = this.#derived.get(key);
    if (known !== undefined) return known;
    const stored = this.stored.get(source.name);
    const origin = stored?.kind === 'array' ? stored.origin : null;
    const term = this.store({ kind: 'array', array: make(array), origin }, origin ?? 'constant');
    this.#derived.set(key, term);
    return term;
  }

  /** Stores a constant. If an equal small constant is already stored, returns that one. */
  store(stored: Stored, hint: string): Term {
    const key = keyOf(stored);
    const known = key === null ? undefined : this.#constants.get(key);
    if (known !== undefined) return known;
    const name = this.freshName(hint);
    this.stored.set(name, stored);
    const term: Term = { name, dtype: stored.kind === 'int64' ? 'int64' : stored.array.dtype };
    if (key !== null) this.#constants.set(key, term);
    return term;
  }
}

/** Largest number of elements of constants that are compared with stored ones. */
const MOST_COMPARED = 64;

function keyOf(stored: Stored): string | null {
  if (stored.kind === 'int64') return `int64[${stored.shape.join()}]${stored.values.join()}`;
  const { array, origin } = stored;
  if (origin !== null || array.data.length > MOST_COMPARED) return null;
  const elements = Array.from(array.data, (value) => (Object.is(value, -0) ? '-0' : String(value)));
  return `${array.dtype}[${array.shape.join()}]${elements.join()}`;
}
