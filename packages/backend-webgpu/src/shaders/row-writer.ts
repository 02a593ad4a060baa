import { type Block, forEachStatement, type Statement } from '@manabi/compiler';
import { isBetter } from '../wgsl/is-better.ts';
import { valueType } from '../wgsl/types.ts';
import { axesCode } from './axes-code.ts';
import type { KernelWriter } from './kernel-writer.ts';
import { accumulatorsIn, type SharedLoop, sharedLoop } from './row-sharing.ts';
import { subgroupCode } from './subgroups.ts';

/** How to combine the values that an accumulator has in different lanes, before it is read. */
type Pending =
  | {
      readonly kind: 'join';
      readonly join: (x: string, y: string) => string;
      /** Returns the combined value of a subgroup; null if subgroups are not used. */
      readonly inSubgroup: (x: string) => string | null;
    }
  | { readonly kind: 'place'; readonly place: number; readonly largest: boolean };

/**
 * Writes a row of a kernel for a workgroup. Lanes share its loops, and accumulators are combined across lanes, as a
 * tree, before they are read. All lanes compute the remaining statements, and one lane stores the results.
 */
export class RowWriter {
  readonly #writer: KernelWriter;
  readonly #lanes: number;
  readonly #shared = new Map<string, string>();
  readonly #pending = new Map<number, Pending>();
  /** First slots (see `rootOf`) of the buffers that lanes have read, and stored to, since the last barrier for them. */
  readonly #read = new Set<number>();
  readonly #stored = new Set<number>();

  readonly #subgroups: boolean;
  #usesSubgroups = false;

  /** @param subgroups whether to combine accumulators within subgroups first */
  constructor(writer: KernelWriter, lanes: number, subgroups: boolean) {
    this.#writer = writer;
    this.#lanes = lanes;
    this.#subgroups = subgroups;
  }

  /** Whether the statements use subgroups; see `EntryPoint`. */
  get usesSubgroups(): boolean {
    return this.#usesSubgroups;
  }

  /** Declarations of the variables in workgroup memory that the statements use. */
  get declarations(): readonly string[] {
    return [...this.#shared.values()];
  }

  /** @param before definitions that all lanes compute before the row */
  row(row: Block, before: Block): string[] {
    for (const root of this.#rootsOf(slotsOf(before).read)) this.#read.add(root);
    return row.flatMap((statement) => [
      ...this.#joined(accumulatorsIn([statement], 'read')),
      ...this.#barrier(statement),
      ...this.#statement(statement),
    ]);
  }

  #statement(statement: Statement): string[] {
    const shared = sharedLoop(this.#writer.kernel, statement);
    if (shared !== null) {
      this.#note(shared.body);
      return this.#sharedLoop(shared);
    }
    const lines = this.#writer.statement(statement);
    return statement.kind === 'store' ? ['if (lane == 0u) {', ...lines, '}'] : lines;
  }

  #sharedLoop({ axes, extent, body }: SharedLoop): string[] {
    const named = axes.map((axis) => ({ name: `a${axis}`, extent: this.#writer.kernel.axes[axis].extent }));
    const lines = this.#writer.block(body);
    return [
      `for (var turn = lane; turn < ${extent}u; turn += ${this.#lanes}u) {`,
      ...axesCode('turn', named),
      ...lines,
      '}',
    ];
  }

  /** Records that the accumulators filled by a shared loop must be combined across lanes. */
  #note(body: Block): void {
    const joined = accumulatorsIn(body, 'joined');
    forEachStatement(body, (statement) => {
      if (statement.kind === 'accumulate' && joined.has(statement.accumulator)) {
        const { accumulator, combine } = statement;
        const dtype = this.#writer.kernel.accumulators[accumulator];
        this.#pending.set(accumulator, {
          kind: 'join',
          join: (x, y) => this.#writer.join(combine, dtype, x, y),
          inSubgroup: (x) => (this.#subgroups ? subgroupCode(this.#writer.module, combine, dtype, x) : null),
        });
      } else if (statement.kind === 'accumulateIndex' && joined.has(statement.accumulator)) {
        const { accumulator, position, largest } = statement;
        this.#pending.set(accumulator, { kind: 'place', place: position, largest });
      }
    });
  }

  /** Returns statements that combine accumulators across lanes in a fixed order and leave the result in every lane. */
  #joined(read: ReadonlySet<number>): string[] {
    const lines: string[] = [];
    for (const [accumulator, pending] of this.#pending) {
      const isRead = read.has(accumulator) || (pending.kind === 'place' && read.has(pending.place));
      if (!isRead) continue;
      this.#pending.delete(accumulator);
      lines.push(
        ...(pending.kind === 'join' ? this.#combined(accumulator, pending) : this.#placeTree(accumulator, pending)),
      );
    }
    return lines;
  }

  #combined(accumulator: number, { join, inSubgroup }: Pending & { kind: 'join' }): string[] {
    const name = this.#writer.accumulator(accumulator);
    const combined = inSubgroup(name);
    if (combined === null) return this.#tree(accumulator, join);
    this.#usesSubgroups = true;
    // No lane continues before all have read.
    this.#read.clear();
    const memory = this.#memory(accumulator, '');
    return [
      `${name} = ${combined};`,
      `if (place == 0u) { ${memory}[subgroup] = ${name}; }`,
      'workgroupBarrier();',
      `${name} = ${memory}[0];`,
      `for (var other = 1u; other < subgroups; other++) { ${name} = ${join(name, `${memory}[other]`)}; }`,
      'workgroupBarrier();',
    ];
  }

  #tree(accumulator: number, join: (x: string, y: string) => string): string[] {
    const memory = this.#memory(accumulator, '');
    return this.#treeOf(
      [`${memory}[lane] = ${this.#writer.accumulator(accumulator)};`],
      [`${memory}[lane] = ${join(`${memory}[lane]`, `${memory}[lane + half]`)};`],
      [`${this.#writer.accumulator(accumulator)} = ${memory}[0];`],
    );
  }

  #placeTree(accumulator: number, { place, largest }: Pending & { kind: 'place' }): string[] {
    const [values, places] = [this.#memory(accumulator, ''), this.#memory(place, '_at')];
    const better = isBetter(this.#writer.module, this.#writer.kernel.accumulators[accumulator], largest);
    const other = [`${values}[lane + half]`, `${places}[lane + half]`];
    return this.#treeOf(
      [
        `${values}[lane] = ${this.#writer.accumulator(accumulator)};`,
        `${places}[lane] = ${this.#writer.accumulator(place)};`,
      ],
      [
        `if (${better}(${other.join(', ')}, ${values}[lane], ${places}[lane])) {`,
        `${values}[lane] = ${other[0]};`,
        `${places}[lane] = ${other[1]};`,
        '}',
      ],
      [
        `${this.#writer.accumulator(accumulator)} = ${values}[0];`,
        `${this.#writer.accumulator(place)} = ${places}[0];`,
      ],
    );
  }

  #treeOf(write: readonly string[], join: readonly string[], read: readonly string[]): string[] {
    // No lane continues before all have read.
    this.#read.clear();
    return [
      ...write,
      'workgroupBarrier();',
      `for (var half = ${this.#lanes / 2}u; half > 0u; half >>= 1u) {`,
      'if (lane < half) {',
      ...join,
      '}',
      'workgroupBarrier();',
      '}',
      ...read,
      'workgroupBarrier();',
    ];
  }

  /** Returns the name of an array in workgroup memory with one accumulator of a type per lane. */
  #memory(accumulator: number, suffix: string): string {
    const type = valueType(this.#writer.kernel.accumulators[accumulator]);
    const name = `lanes_${type}${suffix}`;
    this.#shared.set(name, `var<workgroup> ${name}: array<${type}, ${this.#lanes}>;`);
    return name;
  }

  /**
   * Returns a barrier if a statement accesses a buffer that an earlier statement wrote, possibly in another lane, or writes
   * one that other lanes may not have read yet.
   */
  #barrier(statement: Statement): string[] {
    const slots = slotsOf([statement]);
    const [read, written] = [this.#rootsOf(slots.read), this.#rootsOf(slots.written)];
    const waits =
      [...read, ...written].some((root) => this.#stored.has(root)) || written.some((root) => this.#read.has(root));
    if (waits) {
      this.#stored.clear();
      this.#read.clear();
    }
    for (const root of written) this.#stored.add(root);
    for (const root of read) this.#read.add(root);
    return waits ? ['storageBarrier();'] : [];
  }

  #rootsOf(slots: ReadonlySet<number>): readonly number[] {
    return [...slots].map((slot) => this.#writer.buffers.rootOf(slot));
  }
}

function slotsOf(block: Block): { read: ReadonlySet<number>; written: ReadonlySet<number> } {
  const [read, written] = [new Set<number>(), new Set<number>()];
  forEachStatement(block, (statement) => {
    if (statement.kind === 'store') {
      written.add(statement.slot);
      if (statement.combine !== 'set') read.add(statement.slot);
    } else if (statement.kind === 'define' && statement.instruction.kind === 'load') {
      read.add(statement.instruction.slot);
    }
  });
  return { read, written };
}
