import type { Backend, Buffer } from '@manabi/ir';
import { checkExists } from '../lazy/gone.ts';
import { graphBehind } from '../lazy/to-graph.ts';
import { type LazyNode, type LazyValue, nodeOf } from '../lazy/value.ts';
import { executableOf } from './executables.ts';
import { onBackend } from './losses.ts';

/** Sorts operators by creation, so that iterations of a loop look alike regardless of the order of a walk. */
export function inOrderOfCreation(nodes: readonly LazyNode[]): LazyNode[] {
  return [...nodes].sort((a, b) => a.results[0].id - b.results[0].id);
}

/** Whether all operands of operators are available, and none is on another backend. */
export function isReadyFor(backend: Backend, nodes: readonly LazyNode[]): boolean {
  return nodes.every(({ operands }) =>
    operands.every(({ origin }) => {
      if (origin.kind === 'stored') return origin.buffer?.backend === backend;
      return origin.kind !== 'coming' && origin.kind !== 'placeholder';
    }),
  );
}

/**
 * Function that decides whether a value is kept after the run.
 *
 * @param isReadElsewhere whether an operator outside of the list reads the value
 */
export type Keep = (value: LazyValue, isReadElsewhere: boolean) => boolean;

/** Run of a long list of operators in slices, on a synchronous backend. */
export class SliceRun {
  readonly #backend: Backend;
  readonly #op: string;
  readonly #keep: Keep;
  /** Computed and uploaded buffers. */
  readonly #buffers = new Map<LazyValue, Buffer>();
  /** Number of reads of each value by operators of the list, in total and remaining. */
  readonly #reads = new Map<LazyValue, { readonly all: number; left: number }>();

  /** @param nodes the operators in topological order */
  constructor(backend: Backend, nodes: readonly LazyNode[], op: string, keep: Keep) {
    this.#backend = backend;
    this.#op = op;
    this.#keep = keep;
    for (const [value, all] of readsOf(nodes)) this.#reads.set(value, { all, left: all });
  }

  /**
   * Runs consecutive operators of the list.
   *
   * @throws the error of the run
   */
  run(slice: readonly LazyNode[]): void {
    const within = readsOf(slice);
    const isOutput = (value: LazyValue): boolean =>
      (this.#reads.get(value)?.left ?? 0) > (within.get(value) ?? 0) || this.#isKept(value);
    this.#compute(slice.flatMap(({ results }) => results.filter((value) => nodeOf(value) !== null && isOutput(value))));
    this.#finish(slice);
  }

  /** Runs one operator of the list, and keeps all its results. */
  runAlone(node: LazyNode): void {
    this.#compute(node.results);
    this.#finish([node]);
  }

  /** Treats an operator as if it had run, without running it. */
  skip(node: LazyNode): void {
    this.#finish([node]);
  }

  /** Yields the computed values that are kept. */
  *kept(): Generator<readonly [value: LazyValue, buffer: Buffer]> {
    for (const [value, buffer] of this.#buffers)
      if (nodeOf(value) !== null && this.#isKept(value)) yield [value, buffer];
  }

  /** Transfers the buffer of a value to the caller, so that `end` does not release it. */
  handOver(value: LazyValue): void {
    this.#buffers.delete(value);
  }

  /** Releases all buffers of the run. */
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

  /** Releases buffers that no later operator reads. */
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
    // Uploads are temporary, because finalizers do not run without the event loop.
    const buffer = onBackend(this.#backend, this.#op, () => this.#backend.upload(origin.data));
    this.#buffers.set(value, buffer);
    return buffer;
  }
}

/** Counts how often operators read each value. */
function readsOf(nodes: readonly LazyNode[]): Map<LazyValue, number> {
  const reads = new Map<LazyValue, number>();
  for (const { operands } of nodes) for (const operand of operands) reads.set(operand, (reads.get(operand) ?? 0) + 1);
  return reads;
}

function notSynchronous({ name }: Backend): TypeError {
  return new TypeError(`The backend ${name} declares synchronous: true, but returned a promise.`);
}
