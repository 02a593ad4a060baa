/** A network to explain: the name of a file in `networks`, or the address of the reader's own program. */
export type NetworkChoice =
  | { readonly kind: 'preset'; readonly name: string }
  | { readonly kind: 'edited'; readonly url: string };

/** The machine to compile for. */
export type Machine = 'cpu' | 'webgpu';

/** What the page asks for. */
export interface PlanInput {
  readonly network: NetworkChoice;
  readonly machine: Machine;
  /** How long each step is repeated to measure its time, in milliseconds. */
  readonly milliseconds: number;
}

/** What the program answers. */
export type PlanOutput =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'explained'; readonly explanation: Explanation }
  /** The reader's program is wrong; `stack` leads to its line. */
  | { readonly kind: 'failed'; readonly message: string; readonly stack: string };

/** How a network is computed. */
export interface Explanation {
  readonly machine: Machine;
  /** Number of operators that the network was traced to, without those in composites. */
  readonly traced: number;
  readonly operators: readonly Operator[];
  readonly steps: readonly ExplainedStep[];
  readonly slots: readonly ExplainedSlot[];
  /** Sizes in bytes of the memory for intermediate values. */
  readonly arenas: readonly number[];
  /** Size of the WebAssembly module in bytes; null for other machines. */
  readonly moduleBytes: number | null;
  /** How times were measured; why they were not, if `steps` have none. */
  readonly clock: string;
  /** Time that tracing, planning and writing the code took, in milliseconds. */
  readonly compileMs: number;
}

/** An operator of the simplified graph, or an input of the network. */
export interface Operator {
  readonly name: string;
  /** Dtype and shape of the result, such as `float32[64, 10]`. */
  readonly type: string;
  /** Positions in `operators` of the operators that compute its operands. */
  readonly operands: readonly number[];
  /** Positions of the steps that compute it: none for inputs, several if it is recomputed where it is needed. */
  readonly steps: readonly number[];
  readonly isInput: boolean;
  readonly isOutput: boolean;
}

export interface ExplainedStep {
  readonly name: string;
  readonly kind: 'kernel' | 'routine' | 'loop' | 'branch';
  /** Names of the operators that are fused into the step, in order. */
  readonly operators: readonly string[];
  readonly operations: number;
  readonly bytes: number;
  readonly reads: readonly number[];
  readonly writes: readonly number[];
  readonly milliseconds: number | null;
  /** The loops of the compiler, as text. */
  readonly loops: string;
  /** Generated functions or shaders. */
  readonly code: readonly { readonly name: string; readonly text: string }[];
}

/** A value in memory. */
export interface ExplainedSlot {
  /** `%3`, as in the loops, and the name of an input or output. */
  readonly label: string;
  readonly bytes: number;
  readonly place: 'input' | 'output' | 'constant' | 'arena';
  /** Position in an arena; null for other places. */
  readonly arena: { readonly index: number; readonly offset: number } | null;
  /** The input whose memory an output takes over; null if it has its own. */
  readonly over: number | null;
  /** The first and the last step that use it. */
  readonly from: number;
  readonly to: number;
}
