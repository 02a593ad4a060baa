import { type HostArray, ManabiError } from '@manabi/ir';
import type { Length } from '../symbolic/length.ts';
import type { Term, TermDType } from './term.ts';

/** A stored constant: an array, or int64 values for shapes and indices. */
export type Stored =
  | { readonly kind: 'array'; readonly array: HostArray; readonly origin: string | null }
  | { readonly kind: 'int64'; readonly shape: readonly number[]; readonly values: readonly number[] };

/** Input axis from which the file reads an open length. */
export interface LengthSource {
  readonly input: Term;
  readonly axis: number;
}

/** State shared by all graphs of a file: names, constants and settings. */
export class FileDraft {
  readonly opset: number;
  /** Whether composites are written as ONNX operators where possible. */
  readonly keepsComposites: boolean;
  /** Constants by name; only those that a node reads are written. */
  readonly stored = new Map<string, Stored>();
  /** Types of values, written for readers of the file. */
  readonly types = new Map<string, { readonly dtype: TermDType; readonly shape: readonly Length[] }>();
  /** Sources of open lengths, by name. */
  readonly lengthSources = new Map<string, LengthSource>();
  readonly #taken = new Set<string>();
  readonly #counts = new Map<string, number>();
  readonly #constants = new Map<string, Term>();
  readonly #derived = new Map<string, Term>();

  constructor(opset: number, keepsComposites: boolean) {
    this.opset = opset;
    this.keepsComposites = keepsComposites;
  }

  /**
   * Reserves a name.
   *
   * @throws ManabiError `argument` if the name is empty or taken
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
   * Stores a constant in another layout, which `make` computes. Returns the same result for later calls with the same layout.
   *
   * @param layout name of the layout, which identifies the conversion of `source`
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

  /** Stores a constant; equal small constants are stored once. */
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

/** Constants with more elements are not compared. */
const MOST_COMPARED = 64;

function keyOf(stored: Stored): string | null {
  if (stored.kind === 'int64') return `int64[${stored.shape.join()}]${stored.values.join()}`;
  const { array, origin } = stored;
  if (origin !== null || array.data.length > MOST_COMPARED) return null;
  const elements = Array.from(array.data, (value) => (Object.is(value, -0) ? '-0' : String(value)));
  return `${array.dtype}[${array.shape.join()}]${elements.join()}`;
}
