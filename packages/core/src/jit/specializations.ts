import { type Agreement, agreesOnPrefix, ManabiError, type TensorType } from '@manabi/ir';
import { MOST_EXECUTABLES } from '../run/executables.ts';
import { afterAll } from '../run/in-order.ts';
import { LruMap } from '../run/lru.ts';
import type { TracedFunction } from '../transforms/trace-function.ts';
import type { Structure } from '../tree.ts';
import { firstRows, paddedSize, rowsOf, withRows } from './batch-size.ts';
import { padRows } from './pad-rows.ts';
import { covers, dataWithin, formatPattern, type Leaf, matches, type Pattern, patternOf } from './pattern.ts';
import { type JittedFunction, type Specialization, specialize, type TracedCall, traceFor } from './specialize.ts';

/** How a function is specialized. */
export interface SpecializationOptions {
  readonly name: string;
  /** Positions of arguments that are given away. */
  readonly donate: readonly number[];
  /** Positions of arguments whose data have the rows of a batch. */
  readonly batched: readonly number[];
  /** The position of the one that is padded with false; null if there is none. */
  readonly rowMask: number | null;
}

/** A specialization for one call, and the call's data as it takes them. */
export interface Fit {
  readonly specialization: Specialization;
  readonly leaves: readonly Leaf[];
  /** Types of the call's results: some may be the first rows of what the specialization computes. */
  readonly types: readonly TensorType[];
}

/** What is known of calls of one signature. */
interface Entry {
  readonly pattern: Pattern;
  readonly specialization: Specialization;
  readonly types: readonly TensorType[];
  /** Rows of the batch, and those that it runs with; null where there is no batch. */
  readonly rows: { readonly given: number; readonly run: number } | null;
  /** Whether it runs with its own rows whatever is asked for, since others might change the results. */
  readonly isFixed: boolean;
  /** The traced function, where others may be compared with it: null for batches that are padded. */
  readonly traced: TracedFunction | null;
}

/** How many signatures a function remembers: those of padded batches cost little beside the plans that they share. */
const MOST_ENTRIES = 4096;

/** From this many signatures on, something is probably static that should be data. */
const MANY_SIGNATURES = 8;

/** After so many sizes that could not be padded, no other is tried. */
const MOST_REFUSALS = 3;

/** A jitted function for the signatures that it was called with. */
export class Specializations {
  readonly #f: JittedFunction;
  readonly #options: SpecializationOptions;
  /** The one used last stands at the end. */
  readonly #entries: Entry[] = [];
  readonly #kept = new LruMap<Specialization, Specialization>(MOST_EXECUTABLES, (dropped) => this.#drop(dropped));
  /** Those that it was compiled for, as far as they are counted. */
  readonly #signatures = new Set<string>();
  /** Rows of the first batch. */
  #firstRows: number | null = null;
  /** How often a batch could not be padded. */
  #refusals = 0;

  constructor(f: JittedFunction, options: SpecializationOptions) {
    this.#f = f;
    this.#options = options;
  }

  /**
   * The specialization for a call.
   *
   * @param specs whether types may stand for tensors
   * @param batchSize rows to run with where the batch has fewer; by default the next of a series
   * @throws ManabiError as `jit`
   */
  find(args: readonly unknown[], specs: boolean, batchSize: number | null = null): Fit {
    const entries = this.#entries;
    const given = firstRows(args, this.#options.batched);
    for (let i = entries.length - 1; i >= 0; i--) {
      const entry = entries[i];
      if (entry.rows !== null && entry.rows.given !== given) continue;
      const leaves: Leaf[] = [];
      if (!matches(entry.pattern, args, leaves) || !this.#isAsked(entry, specs, batchSize)) continue;
      if (i < entries.length - 1) {
        entries.push(...entries.splice(i, 1));
        this.#kept.get(entry.specialization);
      }
      return this.#fit(entry, leaves);
    }
    const { name, donate } = this.#options;
    checkDonated(name, donate, args.length);
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
      // Of the patterns of its plan, so that little is kept for each size.
      pattern: withRows(larger.pattern, batched, given),
      specialization: larger.specialization,
      types: resultTypes(call.traced),
      rows: { given, run },
      isFixed: false,
      traced: null,
    });
  }

  /** Whether an entry serves a call that asks for a number of rows. */
  #isAsked({ rows, isFixed }: Entry, specs: boolean, batchSize: number | null): boolean {
    if (rows === null || isFixed) return true;
    return rows.run === (specs ? rows.given : this.#rowsFor(rows.given, batchSize));
  }

  /** The rows that a batch runs with. Those of the first one are never padded: mostly all have the same. */
  #rowsFor(given: number, batchSize: number | null): number {
    // There is no row to repeat.
    if (given === 0) return 0;
    if (batchSize !== null) return Math.max(given, batchSize);
    return given === this.#firstRows ? given : paddedSize(given);
  }

  #makeExact(call: TracedCall, rows: Entry['rows'], isFixed: boolean): Entry {
    const { name, donate, batched } = this.#options;
    const { pattern, traced } = call;
    const specialization = specialize(name, call, donate);
    // Another size of the series that batches are padded to is nothing to be warned of.
    this.#count(rows === null || isFixed ? pattern : withRows(pattern, batched, 0), pattern);
    const types = specialization.sources.map(({ type }) => type);
    return this.#keep({ pattern, specialization, types, rows, isFixed, traced: batched.length > 0 ? traced : null });
  }

  #count(signature: Pattern, pattern: Pattern): void {
    if (this.#signatures.size === MANY_SIGNATURES) return;
    this.#signatures.add(formatPattern(signature));
    if (this.#signatures.size === MANY_SIGNATURES) warnOfMany(this.#options.name, pattern);
  }

  /** The entry for a larger batch; null if the function cannot take it. */
  #larger(pattern: Pattern, rows: number): Entry | null {
    const { name, batched } = this.#options;
    const larger = withRows(pattern, batched, rows);
    const known = this.#entries.find((entry) => entry.traced !== null && covers(entry.pattern, larger));
    if (known !== undefined) return known;
    try {
      return this.#makeExact(traceFor(name, this.#f, larger), { given: rows, run: rows }, false);
    } catch (error) {
      // A function may be written for some sizes alone.
      if (error instanceof ManabiError) return null;
      throw error;
    }
  }

  /** Whether the results of the function for a batch are the first rows of those for a larger one, whatever rows follow. */
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

  /** Gives up a plan with all signatures that run by it, after the calls that wait for their run. */
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

/** A position beyond the arguments gives nothing away, and memory grows that should not. */
function checkDonated(name: string, donate: readonly number[], count: number): void {
  const beyond = donate.find((position) => position >= count);
  if (beyond === undefined) return;
  throw new ManabiError(
    'argument',
    `${name} donates argument ${beyond}, but was called with ${count}, counted from 0. Give donate the positions of arguments.`,
    { op: 'jit', data: { function: name, position: beyond, count } },
  );
}

function warnOfMany(name: string, pattern: Pattern): void {
  console.warn(
    `${name} was compiled for ${MANY_SIGNATURES} different signatures, the last being ${formatPattern(pattern)}. Each takes ` +
      'time: keep shapes the same (pad the last batch), and pass what changes as a number or tensor.',
  );
}
