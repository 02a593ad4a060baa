import { ManabiError, type Shape, type Tensor } from '@manabi/core';
import type { CallContext } from '../../call/context.ts';
import { Layer } from '../../layer/layer.ts';
import { type Tensors, toList } from '../../structure/nested.ts';

/** Result of one step of a cell. */
export interface CellStep {
  readonly output: Tensor;
  /** States after the step, in the order of the cell's states. */
  readonly states: readonly Tensor[];
}

/**
 * A cell during one call of its layer. Weights are read and dropout masks are drawn once, when the call begins, and
 * used at all steps.
 */
export interface CellRun {
  /**
   * Computes the part of a step that does not depend on states, such as the product with the kernel, for all steps of
   * an input [steps, batch, ...], or for a single step [batch, ...]. The results have the same leading axes.
   */
  prepare(x: Tensor): readonly Tensor[];
  /** Computes one step from the prepared values and the states. */
  step(prepared: readonly Tensor[], states: readonly Tensor[]): CellStep;
  /**
   * Computes all steps of a sequence [batch, steps, ...] in one composite, with the results of a loop over `step`. Null or
   * missing if no composite exists for the cell.
   */
  readonly sequence?: ((x: Tensor, states: readonly Tensor[], order: SequenceOrder) => SequenceResult) | null;
}

/** Direction in which a sequence is read, and which of its outputs are returned. */
export interface SequenceOrder {
  /** Whether steps are read from last to first; outputs keep the order of the steps. */
  readonly reverse: boolean;
  /** Whether the outputs of all steps are returned rather than only the last output. */
  readonly returnSequences: boolean;
}

/** Result of running a cell over a sequence. */
export interface SequenceResult {
  /** Outputs of all steps, [batch, steps, ...], or of the last step, [batch, ...]. */
  readonly output: Tensor;
  readonly states: readonly Tensor[];
}

/**
 * Base class of recurrent cells, which compute one step: `call([x, ...states])` returns `[output, ...states]`. A custom cell
 * extends this class, defines `stateSize` and `call`, and runs over sequences in `layers.rnn({ cell })`.
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { add, layers, mul, RecurrentCell, Tensor, tensor } from 'manabi';
 *
 * class Leaky extends RecurrentCell {
 *   static override readonly className = 'Leaky';
 *   readonly stateSize = 1;
 *
 *   override call([x, level]: readonly Tensor[]) {
 *     const next = add(mul(level, 0.5), x);
 *     return [next, next];
 *   }
 * }
 * console.log(await layers.rnn({ cell: new Leaky({}, {}) }).apply(tensor([[[1], [1]]])).array()); // [[1.5]]
 * ```
 */
export abstract class RecurrentCell<Config extends object = object> extends Layer<Config> {
  /** Number of features of the state, or of each state in a list. */
  abstract readonly stateSize: number | readonly number[];

  abstract override call(inputs: readonly Tensor[], context: CallContext): readonly Tensor[];

  /**
   * Returns the shapes of the states without the batch; by default one axis each, with the lengths of `stateSize`.
   *
   * @param _step shape of a step of the input without the batch
   */
  stateShapes(_step: Shape): readonly Shape[] {
    return (typeof this.stateSize === 'number' ? [this.stateSize] : this.stateSize).map((length) => [length]);
  }

  /**
   * Returns the shape of the output without the batch; by default the shape of the first state.
   *
   * @param step shape of a step of the input without the batch
   */
  outputShape(step: Shape): Shape {
    return this.stateShapes(step)[0];
  }

  /**
   * Reads weights and draws dropout masks for a pass over the steps of a sequence, and returns functions that compute
   * steps. By default, each step calls `call`.
   *
   * @param _step shape of a step of the input, including the batch
   */
  begin(_step: Shape, context: CallContext): CellRun {
    // Random values that the cell draws on first use are drawn here rather than in the loop body.
    for (const weight of this.weights) context.read(weight);
    return {
      prepare: (x) => [x],
      step: ([x], states) => {
        const [output, ...next] = toList(this.forward([x, ...states], context));
        return { output, states: next };
      },
    };
  }

  /**
   * Splits the inputs `[x, ...states]` of a call into the input of the step and the states.
   *
   * @throws ManabiError `argument` for a wrong number of states
   */
  protected stepAndStates(inputs: Tensors): readonly [x: Tensor, states: readonly Tensor[]] {
    const [x, ...states] = toList(inputs);
    const count = typeof this.stateSize === 'number' ? 1 : this.stateSize.length;
    if (states.length === count) return [x, states];
    throw new ManabiError(
      'argument',
      `Cell '${this.name}' (${this.className}) takes a step and ${count} state${count === 1 ? '' : 's'}; got ${states.length} ` +
        'states. Call cell.applyAll([x, ...states]), or layers.rnn({ cell }) for whole sequences.',
      { op: this.className, data: { layer: this.name, expected: count, given: states.length } },
    );
  }
}

/** Base class of cells that implement `begin` instead of `call`. Their `call` begins a pass and computes one step. */
export abstract class PreparedCell<Config extends object = object> extends RecurrentCell<Config> {
  abstract override begin(step: Shape, context: CallContext): CellRun;

  override call(inputs: readonly Tensor[], context: CallContext): readonly Tensor[] {
    const [x, states] = this.stepAndStates(inputs);
    const run = this.begin(x.shape, context);
    const { output, states: next } = run.step(run.prepare(x), states);
    return [output, ...next];
  }
}
