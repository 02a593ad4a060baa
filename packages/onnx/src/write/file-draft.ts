import { type HostArray, ManabiError } from '@manabi/ir';
import type { Length } from '../symbolic/length.ts';
import type { Term, TermDType } from './term.ts';

/** Elements that the file holds: an array, or whole numbers as ONNX wants shapes and places. */
export type Stored =
  | { readonly kind: 'array'; readonly array: HostArray; readonly origin: string | null }
  | { readonly kind: 'int64'; readonly shape: readonly number[]; readonly values: readonly number[] };

/** Where a file's computation finds an open length: an axis of an input. */
export interface LengthSource {
  readonly input: Term;
  readonly axis: number;
}

/** What all graphs of a file share: the names, the elements that it holds, and how it is written. */
export class FileDraft {
  readonly opset: number;
  /** Whether composites become operators of ONNX where there is one. */
  readonly keepsComposites: boolean;
  /** Elements by the names under which nodes read them; only those that some node reads are written. */
  readonly stored = new Map<string, Stored>();
  /** Types of values, for people who look at the file. */
  readonly types = new Map<string, { readonly dtype: TermDType; readonly shape: readonly Length[] }>();
  /** Where open lengths are found, by name. */
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
   * Takes a name as it is.
   *
   * @throws ManabiError `argument` if it is empty or taken
   */
  reserve(name: string): string {
    if (name === '' || this.#taken.has(name)) {
      throw new ManabiError(
        'argument',
        name === ''
          ? 'A name is empty; each input and output needs one.'
          : `Two values are called ${name}: inputs, outputs and parameters need different names.`,
        { op: 'exportOnnx', data: { name } },
      );
    }
    this.#taken.add(name);
    return name;
  }

  /** A name that nothing else has: `conv`, `conv_1`, … */
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
   * Stored elements in another layout, computed here and once.
   *
   * @param layout says what is done to the elements of `source`
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

  /** A value that the file holds; the same small constant is stored once. */
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

/** Constants with more elements than this are not compared. */
const MOST_COMPARED = 64;

function keyOf(stored: Stored): string | null {
  if (stored.kind === 'int64') return `int64[${stored.shape.join()}]${stored.values.join()}`;
  const { array, origin } = stored;
  if (origin !== null || array.data.length > MOST_COMPARED) return null;
  const elements = Array.from(array.data, (value) => (Object.is(value, -0) ? '-0' : String(value)));
  return `${array.dtype}[${array.shape.join()}]${elements.join()}`;
}
