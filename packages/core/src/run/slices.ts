import type { Backend, Buffer } from '@manabi/ir';
import { checkExists } from '../lazy/gone.ts';
import { graphBehind } from '../lazy/to-graph.ts';
import { type LazyNode, type LazyValue, nodeOf } from '../lazy/value.ts';
import { executableOf } from './executables.ts';
import { onBackend } from './losses.ts';

/** Operators in the order in which they were made: loops then look alike, whichever operator a walk comes by first. */
export function inOrderOfCreation(nodes: readonly LazyNode[]): LazyNode[] {
  return [...nodes].sort((a, b) => a.results[0].id - b.results[0].id);
}

/** Whether all that operators need is there, and on no other backend. */
export function isReadyFor(backend: Backend, nodes: readonly LazyNode[]): boolean {
  return nodes.every(({ operands }) =>
    operands.every(({ origin }) => {
      if (origin.kind === 'stored') return origin.buffer?.backend === backend;
      return origin.kind !== 'coming' && origin.kind !== 'placeholder';
    }),
  );
}

/**
 * Decides whether a value is kept after the run.
 *
 * @param isReadElsewhere whether an operator outside of the list reads it, as far as is known
 */
export type Keep = (value: LazyValue, isReadElsewhere: boolean) => boolean;

/** A long list of operators that run slice by slice, on a backend that is synchronous. */
export class SliceRun {
  readonly #backend: Backend;
  readonly #op: string;
  readonly #keep: Keep;
  /** What slices computed, and what was uploaded for them. */
  readonly #buffers = new Map<LazyValue, Buffer>();
  /** How often operators of the list read a value, and how many of these have not run. */
  readonly #reads = new Map<LazyValue, { readonly all: number; left: number }>();

  /** @param nodes each after those that it needs */
  constructor(backend: Backend, nodes: readonly LazyNode[], op: string, keep: Keep) {
    this.#backend = backend;
    this.#op = op;
    this.#keep = keep;
    for (const [value, all] of readsOf(nodes)) this.#reads.set(value, { all, left: all });
  }

  /**
   * Runs operators that follow one another in the list.
   *
   * @throws whatever the run fails with
   */
  run(slice: readonly LazyNode[]): void {
    const within = readsOf(slice);
    const isOutput = (value: LazyValue): boolean =>
      (this.#reads.get(value)?.left ?? 0) > (within.get(value) ?? 0) || this.#isKept(value);
    this.#compute(slice.flatMap(({ results }) => results.filter((value) => nodeOf(value) !== null && isOutput(value))));
    this.#finish(slice);
  }

  /** Runs one operator of the list by itself, and keeps all its results. */
  runAlone(node: LazyNode): void {
    this.#compute(node.results);
    this.#finish([node]);
  }

  /** Counts operators as run without running them. */
  skip(node: LazyNode): void {
    this.#finish([node]);
  }

  /** What was computed and is kept. */
  *kept(): Generator<readonly [value: LazyValue, buffer: Buffer]> {
    for (const [value, buffer] of this.#buffers)
      if (nodeOf(value) !== null && this.#isKept(value)) yield [value, buffer];
  }

  /** Gives the buffer of a value to the caller: `end` does not release it then. */
  handOver(value: LazyValue): void {
    this.#buffers.delete(value);
  }

  /** Releases all that the run holds. */
  end(): void {
    for (const buffer of this.#buffers.values()) this.#backend.release(buffer);
    this.#buffers.clear();
  }

  #compute(outputs: readonly LazyValue[]): void {
    if (outputs.length === 0) return;
    const { graph, inputs, nodes } = graphBehind(outputs, (value) => this.#buffers.has(value));
    const executable = executableOf(this.#backend, graph, this.#op);
    if (executable instanceof Promise) throw notSynchronous(this.#backend);
    const buffers = inputs.map((input) => this.#bufferOf(input));
    const results = onBackend(this.#backend, this.#op, () => executable.run(buffers));
    if (results instanceof Promise) throw notSynchronous(this.#backend);
    outputs.forEach((value, i) => {
      this.#buffers.set(value, results[i]);
    });
    for (const node of nodes) node.runs++;
  }

  /** Releases what only these operators had still to read. */
  #finish(slice: readonly LazyNode[]): void {
    for (const { operands } of slice) {
      for (const operand of operands) {
        const reads = this.#reads.get(operand);
        if (reads === undefined || --reads.left > 0) continue;
        const buffer = this.#buffers.get(operand);
        if (buffer === undefined || (nodeOf(operand) !== null && this.#isKept(operand))) continue;
        this.#buffers.delete(operand);
        this.#backend.release(buffer);
      }
    }
  }

  #isKept(value: LazyValue): boolean {
    return this.#keep(value, value.consumers > (this.#reads.get(value)?.all ?? 0));
  }

  #bufferOf(value: LazyValue): Buffer {
    const { origin } = value;
    const known = this.#buffers.get(value);
    if (known !== undefined) return known;
    if (origin.kind === 'stored' && origin.buffer !== null) return origin.buffer;
    checkExists(value, this.#op);
    if (origin.kind !== 'host') throw new TypeError(`A value that is ${origin.kind} has no buffer.`);
    // Nothing that is uploaded here stays: without a turn of the event loop no finalizer would ever release it.
    const buffer = onBackend(this.#backend, this.#op, () => this.#backend.upload(origin.data));
    this.#buffers.set(value, buffer);
    return buffer;
  }
}

/** How often operators read each value. */
function readsOf(nodes: readonly LazyNode[]): Map<LazyValue, number> {
  const reads = new Map<LazyValue, number>();
  for (const { operands } of nodes) for (const operand of operands) reads.set(operand, (reads.get(operand) ?? 0) + 1);
  return reads;
}

function notSynchronous({ name }: Backend): TypeError {
  return new TypeError(`The backend ${name} says that it is synchronous, and returned a promise.`);
}
