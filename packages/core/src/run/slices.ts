import type { Backend, Buffer } from '@manabi/ir';
import { checkExists } from '../lazy/gone.ts';
import { graphBehind } from '../lazy/to-graph.ts';
import { type LazyNode, type LazyValue, nodeOf } from '../lazy/value.ts';
import { executableOf } from './executables.ts';
import { onBackend } from './losses.ts';

/**
 * Sorts operators by the time of their creation. In this order, all iterations of a loop in the program are equal
 * sequences of operators, which the order of a graph walk does not ensure.
 */
export function inOrderOfCreation(nodes: readonly LazyNode[]): LazyNode[] {
  return [...nodes].sort((a, b) => a.results[0].id - b.results[0].id);
}

/**
 * Whether operators can run on a backend now: all their operands are available, and no operand is on another backend.
 */
export function isReadyFor(backend: Backend, nodes: readonly LazyNode[]): boolean {
  return nodes.every(({ operands }) =>
    operands.every(({ origin }) => {
      if (origin.kind === 'stored') return origin.buffer?.backend === backend;
      return origin.kind !== 'coming' && origin.kind !== 'placeholder';
    }),
  );
}

/**
 * Function that decides whether the result of an operator is kept after a run.
 *
 * @param isReadElsewhere whether an operator that is not part of the run reads the value
 */
export type Keep = (value: LazyValue, isReadElsewhere: boolean) => boolean;

/** Runs a long list of operators in slices (sequences of consecutive operators) on a synchronous backend. */
export class SliceRun {
  readonly #backend: Backend;
  readonly #op: string;
  readonly #keep: Keep;
  /** Buffers that this run computed or uploaded, by value. */
  readonly #buffers = new Map<LazyValue, Buffer>();
  /**
   * For each value, how many operators of the list read it: all of them (`all`), and those that have not run yet
   * (`left`).
   */
  readonly #reads = new Map<LazyValue, { readonly all: number; left: number }>();

  /** @param nodes the operators of the whole run in topological order */
  constructor(backend: Backend, nodes: readonly LazyNode[], op: string, keep: Keep) {
    this.#backend = backend;
    this.#op = op;
    this.#keep = keep;
    for (const [value, all] of readsOf(nodes)) this.#reads.set(value, { all, left: all });
  }

  /**
   * Runs the next operators of the list together.
   *
   * @throws the error of the run; a promise if the backend must first load code to compile a graph
   */
  run(slice: readonly LazyNode[]): void {
    const within = readsOf(slice);
    const isOutput = (value: LazyValue): boolean =>
      (this.#reads.get(value)?.left ?? 0) > (within.get(value) ?? 0) || this.#isKept(value);
    this.#compute(slice.flatMap(({ results }) => results.filter((value) => nodeOf(value) !== null && isOutput(value))));
    this.#finish(slice);
  }

  /** Runs the next operator of the list alone, and computes all its results. */
  runAlone(node: LazyNode): void {
    this.#compute(node.results);
    this.#finish([node]);
  }

  /** Continues after an operator without running it. */
  skip(node: LazyNode): void {
    this.#finish([node]);
  }

  /**
   * Yields the values that must be kept after the run, with their buffers.
   *
   * @param handsOver whether the caller becomes the owner of the buffers, so `end` does not release them
   */
  *kept(handsOver = false): Generator<readonly [value: LazyValue, buffer: Buffer]> {
    for (const [value, buffer] of this.#buffers) {
      if (nodeOf(value) === null || !this.#isKept(value)) continue;
      if (handsOver) this.#buffers.delete(value);
      yield [value, buffer];
    }
  }

  /** Ends the run: releases all buffers that it still owns. */
  end(): void {
    for (const buffer of this.#buffers.values()) this.#backend.release(buffer);
    this.#buffers.clear();
  }

  #compute(outputs: readonly LazyValue[]): void {
    if (outputs.length === 0) return;
    const { graph, inputs, nodes } = graphBehind(outputs, (value) => this.#buffers.has(value));
    const executable = executableOf(this.#backend, graph, this.#op);
    if (executable instanceof Promise) throw executable;
    const buffers = inputs.map((input) => this.#bufferOf(input));
    const results = onBackend(this.#backend, this.#op, () => executable.run(buffers, true));
    if (results instanceof Promise) throw results;
    outputs.forEach((value, i) => {
      this.#buffers.set(value, results[i]);
    });
    for (const node of nodes) node.runs++;
  }

  /** Releases buffers that no later operator of the list reads, after the given operators have run. */
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
    // The uploaded buffer belongs to this run and not to the value, because finalizers, which would release it, do not
    // run in a program without awaits.
    const buffer = onBackend(this.#backend, this.#op, () => this.#backend.upload(origin.data));
    this.#buffers.set(value, buffer);
    return buffer;
  }
}

/** Returns how often the given operators read each value. */
function readsOf(nodes: readonly LazyNode[]): Map<LazyValue, number> {
  const reads = new Map<LazyValue, number>();
  for (const { operands } of nodes) for (const operand of operands) reads.set(operand, (reads.get(operand) ?? 0) + 1);
  return reads;
}
