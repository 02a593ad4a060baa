import type { Graph, Node, Value } from '@manabi/ir';
import type { IndexedGraph } from '../graph/element.ts';
import type { Splitting } from '../graph/splitting.ts';
import type { Generation } from '../kernel/group-writer.ts';
import type { Plan, Step } from '../plan/plan.ts';
import type { Group } from '../stages/group.ts';
import type { Stage } from '../stages/stage.ts';
import type { PlanTarget } from '../target.ts';

/**
 * What the compiler does only for machines that need many parallel tasks, bind few or small buffers, or run one loop nest
 * per kernel. A backend for such a machine passes `gpuStrategies` to `compilePlan`; programs with other backends do not
 * download the code. Each strategy has no effect on a target without the limit that it concerns.
 */
export interface Strategies {
  /** Functions that split operators with too few results into parts. */
  readonly splitting: Splitting;
  /** Writes assembled results, such as scatters, in parallel or in one loop nest per kernel. */
  readonly assemble: NonNullable<Generation['assemble']>;
  /**
   * Adds intermediate values to `roots`, the stored values, so that no expression reads more buffers than a step may
   * bind. Returns true if it added any.
   */
  readonly cutByReads: (graph: IndexedGraph, roots: Set<Value>, target: PlanTarget) => boolean;
  /** Returns a function that estimates whether a step may bind all buffers of a group of stages. */
  readonly bindingLimit: (
    graph: Graph,
    stages: readonly Stage[],
    limits: { readonly target: PlanTarget; readonly mayReuse: (output: number, input: number) => boolean },
  ) => (group: Group) => boolean;
  /**
   * Adds to `apart` the last node of each group whose steps bind too many buffers. Returns true if it added any, so that
   * stages must be fused again.
   */
  readonly setApart: (planned: PlannedGroups, apart: Set<Node>, target: PlanTarget) => boolean;
  /** Checks that no stored value is larger than a buffer of the target. */
  readonly checkSizes: (
    graph: Graph,
    stored: ReadonlySet<Value>,
    isPacked: (input: number) => boolean,
    target: PlanTarget,
  ) => void;
}

/** The plan of a graph, with the groups of stages in order and the steps of each group. */
export interface PlannedGroups {
  readonly plan: Plan;
  readonly groups: readonly Group[];
  readonly steps: readonly (readonly Step[])[];
}
