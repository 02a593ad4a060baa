import type { Graph } from '@manabi/ir';
import type { Cell } from '../runtime/cell.ts';
import { bytesOf } from '../runtime/elements.ts';
import { messageOf } from '../runtime/message-of.ts';
import type { Frozen, Program } from '../runtime/program.ts';
import type { Constants } from '../runtime/session-program.ts';
import type { Releases } from './releases.ts';
import { StableInputs } from './stable-inputs.ts';
import { weightsOf } from './weights-of.ts';

/** When and how a program gets constant weights. */
export interface Freezing {
  /** Number of runs with the same weights after which these become constants; null for never. */
  readonly after: number | null;
  readonly releases: Releases;
}

/** A program with constant weights. */
interface FrozenProgram {
  readonly program: Program;
  /** Numbers of the constant inputs, by the index of the input. */
  readonly serials: ReadonlyMap<number, number>;
  readonly bytes: number;
  readonly unwatch: () => void;
}

/** Largest total size of weights that become constants: above it, copies of them would take too much memory. */
const MOST_BYTES = 2 ** 31;

/**
 * Opens a graph in ONNX Runtime. After a number of runs with the same weights, the graph is opened again with these weights as
 * constants: ONNX Runtime then packs filters and factors in advance, merges normalizations into convolutions, and computes in
 * blocked layouts. The first session is closed meanwhile. As soon as one of the weights is another buffer, or is released, the
 * session with constants is closed, and more such runs are needed for the next one; a training that alternates with predictions
 * thus soon keeps its first session.
 *
 * Buffers never change, so equal numbers of buffers guarantee equal elements.
 *
 * @param donated inputs that each run releases
 * @param open opens a session with the given constants
 * @throws ManabiError of `open`
 */
export async function openFreezing(
  graph: Graph,
  donated: readonly number[],
  { after, releases }: Freezing,
  open: (constants: Constants) => Promise<Program>,
): Promise<Program> {
  const { inputs, factors } = weightsOf(graph);
  const weights = inputs.filter((input) => !donated.includes(input));
  const first = await open(new Map());
  if (after === null || !weights.some((input) => factors.has(input)) || weights.length === graph.inputCount) {
    return first;
  }
  return new FreezingProgram(graph, new StableInputs(weights, factors, after), releases, first, open);
}

class FreezingProgram implements Program {
  readonly #graph: Graph;
  readonly #stable: StableInputs;
  readonly #releases: Releases;
  readonly #open: (constants: Constants) => Promise<Program>;
  /** The program without constants; null while there is one with constants. */
  #plain: Program | null;
  #frozen: FrozenProgram | null = null;
  /** Why weights cannot become constants; null if they can. */
  #refusal: string | null = null;
  readonly steps?: Program['steps'];

  constructor(
    graph: Graph,
    stable: StableInputs,
    releases: Releases,
    plain: Program,
    open: (constants: Constants) => Promise<Program>,
  ) {
    this.#graph = graph;
    this.#stable = stable;
    this.#releases = releases;
    this.#plain = plain;
    this.#open = open;
    if (plain.steps !== undefined)
      this.steps = async () => (await (this.#frozen?.program ?? this.#plain)?.steps?.()) ?? [];
  }

  async run(inputs: readonly Cell[], outputs: readonly Cell[]): Promise<void> {
    const serials = inputs.map(({ serial }) => serial);
    if (this.#frozen !== null && !matches(this.#frozen, serials)) this.#thaw();
    if (this.#frozen === null && this.#refusal === null) {
      const fixed = this.#stable.afterRun(serials);
      if (fixed.length > 0) await this.#freeze(fixed, inputs, serials);
    }
    if (this.#frozen !== null) return this.#frozen.program.run(inputs, outputs);
    this.#plain ??= await this.#open(new Map());
    return this.#plain.run(inputs, outputs);
  }

  frozen(): Frozen {
    return { inputs: this.#frozen?.serials.size ?? 0, bytes: this.#frozen?.bytes ?? 0 };
  }

  async describe(): Promise<string> {
    if (this.#frozen === null) {
      const fate = this.#refusal === null ? '' : `\nWeights stay inputs: ${this.#refusal}`;
      return `${(await this.#plain?.describe()) ?? 'The session is closed until the next run.'}${fate}`;
    }
    const { program, serials, bytes } = this.#frozen;
    const fate = `Weights are constants: ${serials.size} inputs, ${bytes} bytes, until one of them changes.`;
    return `${await program.describe()}\n${fate}`;
  }

  dispose(): void {
    this.#close();
    this.#plain?.dispose();
    this.#plain = null;
  }

  async #freeze(fixed: readonly number[], inputs: readonly Cell[], serials: readonly number[]): Promise<void> {
    const bytes = fixed.reduce((sum, input) => sum + bytesOf(this.#graph.types[input]), 0);
    if (bytes > MOST_BYTES) {
      this.#refusal = `they have ${bytes} bytes; at most ${MOST_BYTES} become constants.`;
      return;
    }
    try {
      const program = await this.#open(new Map(fixed.map((input) => [input, inputs[input].tensor()])));
      const numbers = new Map(fixed.map((input) => [input, serials[input]]));
      const unwatch = this.#releases.watch([...numbers.values()], () => this.#thaw());
      this.#frozen = { program, serials: numbers, bytes, unwatch };
    } catch (error) {
      this.#refusal = messageOf(error);
      return;
    }
    this.#plain?.dispose();
    this.#plain = null;
  }

  /** Closes the session with constants, because a weight has changed. */
  #thaw(): void {
    this.#close();
    this.#stable.changed();
  }

  #close(): void {
    this.#frozen?.unwatch();
    this.#frozen?.program.dispose();
    this.#frozen = null;
  }
}

function matches({ serials }: FrozenProgram, given: readonly number[]): boolean {
  for (const [input, serial] of serials) if (given[input] !== serial) return false;
  return true;
}
