import { type DType, dtypes, type HostArray, hostArray, ManabiError } from '@manabi/ir';
import { formatLength, isFixed, type Length, type Monomial, type OpenLength } from '../symbolic/length.ts';
import { int } from './attribute.ts';
import type { DraftNode, NodeAttributes } from './draft.ts';
import type { FileDraft } from './file-draft.ts';
import { carrierOf, type KernelName } from './kernels.ts';
import { DATA_TYPES } from './tensor.ts';
import type { Term, TermDType } from './term.ts';

/** Options of `Writer.compute`. */
export interface ComputeOptions {
  /** Additional inputs that are not cast, such as axes and indices. */
  readonly others?: readonly (Term | null)[];
  readonly attributes?: NodeAttributes;
  /**
   * Dtypes of the results, where `same` stands for the dtype of the inputs. By default, there is one result, with the
   * dtype of the inputs.
   */
  readonly results?: readonly (TermDType | 'same')[];
}

/**
 * Collects the nodes of one graph of a file: the main graph, or the body of a loop or branch. A body can read values of
 * the enclosing graph.
 */
export class Writer {
  readonly file: FileDraft;
  readonly nodes: DraftNode[] = [];
  readonly #outer: Writer | null;
  readonly #lengths = new Map<string, Term>();
  readonly #made = new Set<string>();

  constructor(file: FileDraft, outer: Writer | null = null) {
    this.file = file;
    this.#outer = outer;
  }

  /** Creates a writer for the body of a loop or branch in this graph. */
  inner(): Writer {
    return new Writer(this.file, this);
  }

  /** Whether this graph is the body of a loop or branch. */
  get isInner(): boolean {
    return this.#outer !== null;
  }

  /** Returns whether a value is the result of a node of this graph. */
  makes(term: Term): boolean {
    return this.#made.has(term.name);
  }

  /** Adds a node and returns its outputs. An input that is null is omitted. */
  emit(
    opType: string,
    inputs: readonly (Term | null)[],
    results: readonly TermDType[],
    attributes: NodeAttributes = {},
  ): readonly Term[] {
    const hint = this.#layerOf(inputs) + nameFor(opType);
    const terms = results.map((dtype): Term => ({ name: this.file.freshName(hint), dtype }));
    const names = inputs.map((input) => input?.name ?? '');
    while (names.at(-1) === '') names.pop();
    this.nodes.push({ opType, inputs: names, outputs: terms.map(({ name }) => name), attributes });
    for (const { name } of terms) this.#made.add(name);
    return terms;
  }

  /** Returns the beginning of the path of the parameter that a node reads, such as `dense/`: the layer that it belongs to. */
  #layerOf(inputs: readonly (Term | null)[]): string {
    for (const input of inputs) {
      const path = input === null ? null : this.originOf(input);
      if (path !== null) return path.slice(0, path.lastIndexOf('/') + 1);
    }
    return '';
  }

  /** Adds a node with one output, and returns this output. */
  emitOne(opType: string, inputs: readonly (Term | null)[], dtype: TermDType, attributes: NodeAttributes = {}): Term {
    return this.emit(opType, inputs, [dtype], attributes)[0];
  }

  /**
   * Adds a node whose inputs have equal dtypes, and returns its results. If ONNX Runtime has no kernel for this dtype,
   * also adds casts around the node, which then computes in a wider dtype. Other inputs of this dtype are cast as well.
   *
   * @throws ManabiError `dtype` if ONNX Runtime has no kernel for the dtype or any wider one
   */
  computeAll(opType: KernelName, inputs: readonly Term[], options: ComputeOptions = {}): readonly Term[] {
    const { others = [], attributes = {}, results = ['same'] } = options;
    const [{ dtype }] = inputs;
    const carrier = carrierOf(opType, dtype);
    if (carrier === null) throw noKernel(opType, dtype);
    const carried = inputs.map((input) => this.cast(input, carrier));
    const types = results.map((result) => (result === 'same' ? carrier : result));
    const further = others.map((other) => (other?.dtype === dtype ? this.cast(other, carrier) : other));
    const made = this.emit(opType, [...carried, ...further], types, attributes);
    return made.map((term, i) => (results[i] === 'same' ? this.cast(term, dtype) : term));
  }

  /** Adds a node like `computeAll`, and returns its first result. */
  compute(opType: KernelName, inputs: readonly Term[], options: ComputeOptions = {}): Term {
    return this.computeAll(opType, inputs, options)[0];
  }

  /** Adds a Cast node. Integers wrap; for floats out of range of the dtype, the result is undefined. */
  cast(term: Term, dtype: TermDType): Term {
    if (term.dtype === dtype) return term;
    return this.emitOne('Cast', [term], dtype, { to: int(DATA_TYPES[dtype]) });
  }

  /** Stores a constant. `origin` is the name of the parameter from which it was computed, if any. */
  constant(array: HostArray, hint = 'constant', origin: string | null = null): Term {
    return this.file.store({ kind: 'array', array, origin }, hint);
  }

  /** Stores a scalar constant. */
  scalar(value: number, dtype: DType): Term {
    const data = dtypes[dtype].create(1);
    data[0] = value;
    return this.constant(hostArray(dtype, [], data));
  }

  /** Stores a constant of int64 values, such as a shape, axes or indices; by default as a list. */
  int64(values: readonly number[], shape: readonly number[] = [values.length]): Term {
    return this.file.store({ kind: 'int64', shape, values }, 'constant');
  }

  /** Returns the array of a value that is a stored constant; null for other values. */
  arrayOf(term: Term): HostArray | null {
    const stored = this.file.stored.get(term.name);
    return stored?.kind === 'array' ? stored.array : null;
  }

  /** Returns the name of the parameter from which a stored constant was computed; null for other values. */
  originOf(term: Term): string | null {
    const stored = this.file.stored.get(term.name);
    return stored?.kind === 'array' ? stored.origin : null;
  }

  /** Returns a length as an int64 list with one element. If the length is variable, nodes that compute it are added. */
  length(length: Length): Term {
    return isFixed(length) ? this.int64([length]) : this.#openLength(length);
  }

  /**
   * Returns a shape as an int64 list, as ONNX represents shapes. If a length is variable, nodes that compute it are
   * added.
   */
  shape(lengths: readonly Length[]): Term {
    if (lengths.every(isFixed)) return this.int64(lengths);
    const pieces: Term[] = [];
    let fixed: number[] = [];
    const flush = (): void => {
      if (fixed.length > 0) pieces.push(this.int64(fixed));
      fixed = [];
    };
    for (const length of lengths) {
      if (isFixed(length)) fixed.push(length);
      else {
        flush();
        pieces.push(this.#openLength(length));
      }
    }
    flush();
    return pieces.length === 1 ? pieces[0] : this.emitOne('Concat', pieces, 'int64', { axis: int(0) });
  }

  #openLength(length: OpenLength): Term {
    const { monomials, offset } = length;
    return this.#lengthNamed(formatLength(length), () => {
      const terms = monomials.map((monomial) => this.#monomial(monomial));
      return this.#joined('Add', offset === 0 ? terms : [...terms, this.int64([offset])]);
    });
  }

  #monomial({ factor, variables }: Monomial): Term {
    return this.#lengthNamed(formatLength({ monomials: [{ factor, variables }], offset: 0 }), () => {
      const terms = variables.map((variable) => this.#lengthNamed(variable, () => this.#source(variable)));
      return this.#joined('Mul', factor === 1 ? terms : [...terms, this.int64([factor])]);
    });
  }

  #joined(opType: 'Add' | 'Mul', terms: readonly Term[]): Term {
    return terms.reduce((joined, term) => this.emitOne(opType, [joined, term], 'int64'));
  }

  /**
   * Returns the value of a length. Computes it only if neither this graph nor an enclosing one has computed it before.
   */
  #lengthNamed(name: string, compute: () => Term): Term {
    const known = this.#knownLength(name);
    if (known !== null) return known;
    const term = compute();
    this.#lengths.set(name, term);
    return term;
  }

  #knownLength(name: string): Term | null {
    const known = this.#lengths.get(name);
    if (known !== undefined) return known;
    return this.#outer === null ? null : this.#outer.#knownLength(name);
  }

  #source(variable: string): Term {
    const found = this.file.lengthSources.get(variable);
    if (found === undefined) {
      throw new ManabiError(
        'graph',
        `A shape in the computation depends on the length '${variable}', but no input and no earlier result has an axis of exactly this length. ` +
          'Add such an input, or export for fixed lengths.',
        { op: 'exportOnnx', data: { length: variable } },
      );
    }
    const { source, axis } = found;
    return this.emitOne('Shape', [source], 'int64', { start: int(axis), end: int(axis + 1) });
  }
}

/** Returns the beginning of names for results of an ONNX operator: the name of the operator in snake case. */
function nameFor(opType: string): string {
  return opType
    .slice(opType.lastIndexOf('.') + 1)
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase();
}

function noKernel(opType: string, dtype: TermDType): ManabiError {
  return new ManabiError(
    'dtype',
    `ONNX Runtime has no ${dtype} kernel for ${opType}. Cast the operands to float32 first.`,
    { op: 'exportOnnx', data: { opType, dtype } },
  );
}
