import { ManabiError, type Shape, type Tensor } from '@manabi/core';
import type { CallContext } from '../../call/context.ts';
import { Layer } from '../../layer/layer.ts';
import { type Tensors, toList } from '../../structure/nested.ts';

/** What a cell makes of a step. */
export interface CellStep {
  readonly output: Tensor;
  /** The states for the next step, in their order. */
  readonly states: readonly Tensor[];
}

/** A cell in one pass: its weights are read, and its dropout is drawn, once for all steps. */
export interface CellRun {
  /**
   * What can be computed without states, for all steps at once, `[steps, batch, …]`, or for one, `[batch, …]`: the products
   * with the kernel. The axes before the last two stay.
   */
  prepare(x: Tensor): readonly Tensor[];
  /** Computes a step of what was prepared. */
  step(prepared: readonly Tensor[], states: readonly Tensor[]): CellStep;
  /**
   * All steps of a sequence `[batch, steps, …]` in one named operation, which does what a loop over `step` does; null or
   * left out where the cell has no name that others know.
   */
  readonly sequence?: ((x: Tensor, states: readonly Tensor[], order: SequenceOrder) => SequenceResult) | null;
}

/** How a sequence is read, and which outputs are asked for. */
export interface SequenceOrder {
  /** From the last step to the first; outputs lie as the steps do. */
  readonly reverse: boolean;
  /** Whether the outputs of all steps are asked for, not that of the last alone. */
  readonly returnSequences: boolean;
}

/** What a cell makes of a sequence. */
export interface SequenceResult {
  /** `[batch, steps, …]`, or that of the last step, `[batch, …]`. */
  readonly output: Tensor;
  readonly states: readonly Tensor[];
}

/**
 * One step of a recurrent layer: `call([x, ...states])` returns `[output, ...states]`. A cell of your own extends this
 * class, says how long its states are, and is used by `rnn({ cell })`.
 *
 * @example
 * ```ts
 * class Leaky extends RecurrentCell {
 *   static readonly className = 'Leaky';
 *   readonly stateSize = 8;
 *
 *   override call([x, level]: readonly Tensor[]) {
 *     const next = add(mul(level, 0.9), x);
 *     return [next, next];
 *   }
 * }
 * ```
 */
export abstract class RecurrentCell<Config extends object = object> extends Layer<Config> {
  /** Length of the state, or of each of the states. */
  abstract readonly stateSize: number | readonly number[];

  abstract override call(inputs: readonly Tensor[], context: CallContext): readonly Tensor[];

  /**
   * Shapes of the states, without the batch's axis; by default one axis, of the lengths of `stateSize`.
   *
   * @param _step shape of a step of the input, without the batch's axis
   */
  stateShapes(_step: Shape): readonly Shape[] {
    return (typeof this.stateSize === 'number' ? [this.stateSize] : this.stateSize).map((length) => [length]);
  }

  /**
   * Shape of the output without the batch's axis; by default that of the first state.
   *
   * @param step shape of a step of the input, without the batch's axis
   */
  outputShape(step: Shape): Shape {
    return this.stateShapes(step)[0];
  }

  /**
   * Begins a pass over the steps of a sequence. By default nothing is prepared, and each step is a call of the cell.
   *
   * @param _step shape of a step of the input, with the batch's axis
   */
  begin(_step: Shape, context: CallContext): CellRun {
    // So that values which are drawn when they are first asked for are drawn here, not in the body of a loop.
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
   * The inputs of a call, as a step and states.
   *
   * @throws ManabiError `argument` if there is not a state for each that the cell has
   */
  protected stepAndStates(inputs: Tensors): readonly [x: Tensor, states: readonly Tensor[]] {
    const [x, ...states] = toList(inputs);
    const count = typeof this.stateSize === 'number' ? 1 : this.stateSize.length;
    if (states.length === count) return [x, states];
    throw new ManabiError(
      'argument',
      `The cell '${this.name}' (${this.className}) is called on a step and ${count} states, cell.applyAll([x, ...states]), ` +
        `but was given ${states.length} states. For whole sequences there is rnn({ cell }).`,
      { op: this.className, data: { layer: this.name, expected: count, given: states.length } },
    );
  }
}

/** A cell that says what it prepares and what remains for a step; a call is both. */
export abstract class PreparedCell<Config extends object = object> extends RecurrentCell<Config> {
  abstract override begin(step: Shape, context: CallContext): CellRun;

  override call(inputs: readonly Tensor[], context: CallContext): readonly Tensor[] {
    const [x, states] = this.stepAndStates(inputs);
    const run = this.begin(x.shape, context);
    const { output, states: next } = run.step(run.prepare(x), states);
    return [output, ...next];
  }
}
