import { type Agreement, agreesOnPrefix, ManabiError, type TensorType } from '@manabi/ir';
import { MOST_EXECUTABLES } from '../run/executables.ts';
import { afterAll } from '../run/in-order.ts';
import { LruMap } from '../run/lru.ts';
import { subjectOf, type TracedFunction } from '../transforms/trace-function.ts';
import type { Structure } from '../tree.ts';
import { firstRows, paddedSize, rowsOf, withRows } from './batch-size.ts';
import { padRows } from './pad-rows.ts';
import { covers, dataWithin, formatPattern, type Leaf, matches, type Pattern, patternOf } from './pattern.ts';
import { type JittedFunction, type Specialization, specialize, type TracedCall, traceFor } from './specialize.ts';

/** Options of `jit`, in the form that `Specializations` needs. */
export interface SpecializationOptions {
  readonly name: string;
  /** Positions of donated arguments. */
  readonly donate: readonly number[];
  /** Positions of arguments that contain a batch. */
  readonly batched: readonly number[];
  /** Position of the argument that is a mask of rows and is padded with false; null if no argument is a mask. */
  readonly rowMask: number | null;
}

/** The compiled version of a function that a call runs, with the inputs of the call, padded if necessary. */
export interface Fit {
  readonly specialization: Specialization;
  readonly leaves: readonly Leaf[];
  /**
   * Types of the results that the caller gets, without padding rows. If the inputs are padded, the results of the
   * compiled version have more rows.
   */
  readonly types: readonly TensorType[];
}

/** A known signature, and the compiled version that calls with this signature run. */
interface Entry {
  readonly pattern: Pattern;
  readonly specialization: Specialization;
  readonly types: readonly TensorType[];
  /**
   * Number of rows of the batch (`given`), and number of rows to which it is padded (`run`); null if no argument is a
   * batch.
   */
  readonly rows: { readonly given: number; readonly run: number } | null;
  /** Whether the batch must not be padded, because padding might change the results. */
  readonly isFixed: boolean;
  /**
   * Trace of the function for this signature, with which traces of other batch sizes are compared; null for padded
   * batches.
   */
  readonly traced: TracedFunction | null;
}

/**
 * Largest number of signatures that are kept for a function. Signatures of padded batches share compiled plans and need
 * little memory.
 */
const MOST_ENTRIES = 4096;

/**
 * Number of signatures at which a warning is printed, because probably a shape or a string argument changes in every
 * call.
 */
const MANY_SIGNATURES = 8;

/** Number of failed attempts at padding after which padding is no longer tried for a function. */
const MOST_REFUSALS = 3;

/** Compiled versions of a jitted function, one per signature. */
export class Specializations {
  readonly #f: JittedFunction;
  readonly #options: SpecializationOptions;
  /** Known signatures, the most recently used one last. */
  readonly #entries: Entry[] = [];
  readonly #kept = new LruMap<Specialization, Specialization>(MOST_EXECUTABLES, (dropped) => this.#drop(dropped));
  /** Formatted signatures so far, counted for the warning about too many. */
  readonly #signatures = new Set<string>();
  /** Number of rows of the first batch that the function was called with. */
  #firstRows: number | null = null;
  /** Number of batch sizes so far that could not be padded. */
  #refusals = 0;

  constructor(f: JittedFunction, options: SpecializationOptions) {
    this.#f = f;
    this.#options = options;
  }

  /**
   * Returns the compiled version of the function for a call. Traces the function if the signature is new.
   *
   * @param specs whether objects { shape, dtype } may replace tensors
   * @param batchSize number of rows to which a smaller batch is padded; null for the default of `paddedSize`
   * @throws ManabiError under the same conditions as `jit()`
   */
  find(args: readonly unknown[], specs: boolean, batchSize: number | null = null): Fit {
    const entries = this.#entries;
    const given = firstRows(args, this.#options.batched);
    for (let i = entries.length - 1; i >= 0; i--) {
      const entry = entries[i];
      if (entry.rows !== null && entry.rows.given !== given) continue;
      const leaves: Leaf[] = [];
      if (!matches(entry.pattern, args, leaves) || !this.#matchesRows(entry, specs, batchSize)) continue;
      if (i < entries.length - 1) {
        entries.push(...entries.splice(i, 1));
        this.#kept.get(entry.specialization);
      }
      return this.#fit(entry, leaves);
    }
    const { name, donate, batched, rowMask } = this.#options;
    // `batched` includes the position of the mask, so `rowMask` is checked first.
    checkPositions(name, { donate, rowMask: rowMask === null ? [] : [rowMask], batched }, args.length);
    const entry = this.#make(patternOf(name, args, specs), specs, batchSize);
    const leaves: Leaf[] = [];
    matches(entry.pattern, args, leaves);
    return this.#fit(entry, leaves);
  }

  #fit({ specialization, types, rows, pattern }: Entry, leaves: readonly Leaf[]): Fit {
    if (rows === null || rows.given === rows.run) return { specialization, leaves, types };
    const { batched, rowMask } = this.#options;
    const [isBatched, isMask] = [dataWithin(pattern, batched), dataWithin(pattern, rowMask === null ? [] : [rowMask])];
    return {
      specialization,
      types,
      leaves: leaves.map((leaf, i) =>
        isBatched[i] ? padRows(leaf, rows.run, isMask[i] ? 'zeros' : 'last row') : leaf,
      ),
    };
  }

  #make(pattern: Pattern, specs: boolean, batchSize: number | null): Entry {
    const { name, batched } = this.#options;
    const given = specs ? null : rowsOf(pattern, batched);
    const call = traceFor(name, this.#f, pattern);
    if (given === null) return this.#makeExact(call, null, false);
    this.#firstRows ??= given;
    const run = this.#rowsFor(given, batchSize);
    if (run === given) return this.#makeExact(call, { given, run }, false);
    const larger = this.#refusals < MOST_REFUSALS ? this.#larger(pattern, run) : null;
    if (larger === null || larger.traced === null || !this.#extendsRows(call, larger.traced)) {
      this.#refusals++;
      return this.#makeExact(call, { given, run: given }, true);
    }
    return this.#keep({
      // The signature is derived from that of the larger batch, so that the signatures of all batch sizes share objects
      // in memory.
      pattern: withRows(larger.pattern, batched, given),
      specialization: larger.specialization,
      types: resultTypes(call.traced),
      rows: { given, run },
      isFixed: false,
      traced: null,
    });
  }

  /** Whether an entry has the number of rows to which the batch of a call must be padded. */
  #matchesRows({ rows, isFixed }: Entry, specs: boolean, batchSize: number | null): boolean {
    if (rows === null || isFixed) return true;
    return rows.run === (specs ? rows.given : this.#rowsFor(rows.given, batchSize));
  }

  /**
   * Returns the number of rows to which a batch is padded. Batches of the size of the first batch are not padded,
   * because most batches have this size.
   */
  #rowsFor(given: number, batchSize: number | null): number {
    // An empty batch cannot be padded, because it has no row to repeat.
    if (given === 0) return 0;
    if (batchSize !== null) return Math.max(given, batchSize);
    return given === this.#firstRows ? given : paddedSize(given);
  }

  #makeExact(call: TracedCall, rows: Entry['rows'], isFixed: boolean): Entry {
    const { name, donate, batched } = this.#options;
    const { pattern, traced } = call;
    const specialization = specialize(name, call, donate);
    // All batch sizes that can be padded count as one signature.
    this.#count(rows === null || isFixed ? pattern : withRows(pattern, batched, 0), pattern);
    const types = specialization.sources.map(({ type }) => type);
    return this.#keep({ pattern, specialization, types, rows, isFixed, traced: batched.length > 0 ? traced : null });
  }

  #count(signature: Pattern, pattern: Pattern): void {
    if (this.#signatures.size === MANY_SIGNATURES) return;
    this.#signatures.add(formatPattern(signature));
    if (this.#signatures.size === MANY_SIGNATURES) warnOfMany(this.#options.name, pattern);
  }

  /**
   * Returns the compiled version for a larger batch, and traces the function first if necessary. Returns null if the
   * function throws a ManabiError for this batch size.
   */
  #larger(pattern: Pattern, rows: number): Entry | null {
    const { name, batched } = this.#options;
    const larger = withRows(pattern, batched, rows);
    const known = this.#entries.find((entry) => entry.traced !== null && covers(entry.pattern, larger));
    if (known !== undefined) return known;
    try {
      return this.#makeExact(traceFor(name, this.#f, larger), { given: rows, run: rows }, false);
    } catch (error) {
      // The function may support only certain batch sizes.
      if (error instanceof ManabiError) return null;
      throw error;
    }
  }

  /**
   * Whether the results for a batch are always equal to the first rows of the results for a larger batch that begins
   * with the same rows.
   */
  #extendsRows({ pattern, traced: short }: TracedCall, long: TracedFunction): boolean {
    const isSame =
      equalStructures(short.structure, long.structure) &&
      JSON.stringify(short.numbers) === JSON.stringify(long.numbers) &&
      short.outside.length === long.outside.length &&
      short.outside.every((value, i) => value === long.outside[i]);
    if (!isSame) return false;
    const { rowMask } = this.#options;
    const isMask = dataWithin(pattern, rowMask === null ? [] : [rowMask]);
    const { graph } = short.captured;
    const inputs = Array.from({ length: graph.inputCount }, (_, i): Agreement => (isMask[i] ? 'zeros' : 'begins'));
    return !agreesOnPrefix(graph, long.captured.graph, inputs).includes('none');
  }

  #keep(entry: Entry): Entry {
    this.#entries.push(entry);
    this.#kept.set(entry.specialization, entry.specialization);
    if (this.#entries.length > MOST_ENTRIES) this.#entries.shift();
    return entry;
  }

  /**
   * Removes a compiled version with all signatures that use it, and disposes of its executables after all pending
   * calls.
   */
  #drop(specialization: Specialization): void {
    const others = this.#entries.filter((entry) => entry.specialization !== specialization);
    this.#entries.splice(0, this.#entries.length, ...others);
    afterAll(() => {
      for (const executable of specialization.compiled.values()) executable.dispose();
      specialization.compiled.clear();
    });
  }
}

function resultTypes({ captured: { graph } }: TracedFunction): readonly TensorType[] {
  return graph.outputs.map((output) => graph.types[output]);
}

function equalStructures(one: Structure, other: Structure): boolean {
  switch (one.kind) {
    case 'tensor':
      return other.kind === 'tensor';
    case 'value':
      return other.kind === 'value' && Object.is(one.value, other.value);
    case 'list':
      return other.kind === 'list' && equalItems(one.items, other.items);
    case 'record':
      return other.kind === 'record' && one.keys.join() === other.keys.join() && equalItems(one.items, other.items);
  }
}

function equalItems(some: readonly Structure[], others: readonly Structure[]): boolean {
  return some.length === others.length && some.every((item, i) => equalStructures(item, others[i]));
}

/** Throws if an option contains the position of an argument that the call does not have. */
function checkPositions(name: string, options: { readonly [option: string]: readonly number[] }, count: number): void {
  for (const [option, positions] of Object.entries(options)) {
    const beyond = positions.find((position) => position >= count);
    if (beyond === undefined) continue;
    throw new ManabiError(
      'argument',
      `\`${option}\` of ${name} contains ${beyond}, but the function was called with ${count} argument${count === 1 ? '' : 's'} (positions count from 0).`,
      { op: 'jit', data: { function: name, option, position: beyond, count } },
    );
  }
}

function warnOfMany(name: string, pattern: Pattern): void {
  console.warn(
    `${subjectOf(name)} was compiled for ${MANY_SIGNATURES} different signatures, which takes time; the last is ` +
      `${formatPattern(pattern)}. Keep shapes constant (pad the last batch), and pass changing values as numbers or tensors.`,
  );
}
