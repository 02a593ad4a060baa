import { ManabiError, type Shape, type Tensor, zeros } from '@manabi/core';
import type { CallContext } from '../../call/context.ts';
import { Layer } from '../../layer/layer.ts';
import { type OneOrMany, type PartialShape, shapeList, type Tensors, toList } from '../../structure/nested.ts';
import type { Variable } from '../../variables/variable.ts';
import type { RecurrentCell } from './recurrent-cell.ts';
import { runCourse } from './recurrent-loop.ts';
import type { SequenceConfig } from './recurrent-options.ts';

/**
 * The base of layers that run a cell over the steps of sequences, `[batch, steps, …]`. Called on a sequence, or on a
 * sequence and the states to begin with.
 *
 * Masked steps keep the states, and repeat the output of the step before.
 */
export abstract class RecurrentLayer<Config extends SequenceConfig> extends Layer<Config> {
  override supportsMasking = true;
  /** What computes a step. */
  abstract readonly cell: RecurrentCell;
  /** What stateful layers keep from batch to batch; none otherwise. */
  states: readonly Variable[] = [];

  override build(inputShape: OneOrMany<PartialShape>): void {
    const [shape] = shapeList(inputShape);
    const [batch, , ...step] = shape;
    const features = shape.at(-1);
    if (typeof features === 'number') this.inputSpec = [{ rank: shape.length, axes: { [-1]: features } }];
    this.cell.ensureBuilt({ shape: [null, ...step], dtype: this.dtype });
    if (!this.config.stateful) return;
    if (batch === null) throw this.#noBatchSize(shape);
    this.states = this.cell.stateShapes(knownStep(this, step)).map((shape) =>
      this.addWeight({
        name: 'rnn_state',
        shape: [batch, ...shape],
        initializer: 'zeros',
        trainable: false,
        persistent: false,
      }),
    );
  }

  override call(inputs: Tensors, context: CallContext): Tensors {
    const { goBackwards, unroll, returnSequences, returnState } = this.config;
    const [x, ...given] = toList(inputs);
    if ('initialState' in context.options) throw this.#statesAreInputs();
    if (x.shape[1] === 0) throw this.#noSteps(x.shape);
    const [batch, , ...step] = x.shape;
    const run = this.cell.begin([batch, ...step], unroll ? context : context.inLoop());
    const { output, states } = runCourse({
      run,
      x,
      // Keras masks no steps of a layer that is called with states, unless the mask is given in that call.
      mask: given.length > 0 && !context.isMaskGiven ? null : context.mask,
      states: this.#firstStates(x, given, context),
      goBackwards,
      unroll,
      zeroOutputForMask: context.options.zeroOutputForMask === true || this.config.zeroOutputForMask,
      returnSequences,
    });
    this.states.forEach((variable, i) => {
      context.update(variable, states[i]);
    });
    return returnState ? [output, ...states] : output;
  }

  override computeMask(
    _inputs: Tensors,
    masks: readonly (Tensor | null)[],
  ): Tensor | null | readonly (Tensor | null)[] {
    const mask = this.config.returnSequences ? masks[0] : null;
    return this.config.returnState ? [mask] : mask;
  }

  /** Lets a stateful layer begin anew, with zeros or with given states. */
  resetState(states?: readonly Tensor[]): void {
    this.checkBuilt('resetState');
    this.states.forEach((variable, i) => {
      variable.assign(states?.[i] ?? zeros(variable.shape, { dtype: variable.dtype }));
    });
  }

  #firstStates(x: Tensor, given: readonly Tensor[], context: CallContext): readonly Tensor[] {
    const [batch, , ...step] = x.shape;
    const shapes = this.cell.stateShapes(step);
    if (given.length > 0) {
      this.#checkStates(given, shapes, batch);
      return given;
    }
    if (this.states.length === 0) return shapes.map((shape) => zeros([batch, ...shape], { dtype: this.dtype }));
    const [expected] = this.states[0].shape;
    if (batch !== expected) throw this.#otherBatchSize(batch, expected);
    return this.states.map((variable) => context.read(variable));
  }

  #checkStates(given: readonly Tensor[], shapes: readonly Shape[], batch: number): void {
    const expected = shapes.map((shape) => [batch, ...shape]);
    const fits =
      given.length === shapes.length &&
      given.every(({ shape }, i) => shape.length === expected[i].length && shape.every((n, j) => n === expected[i][j]));
    if (fits) return;
    const list = (all: readonly Shape[]): string => all.map((shape) => `[${shape.join(', ')}]`).join(', ') || 'none';
    throw new ManabiError(
      'shape',
      `Layer '${this.name}' (${this.className}) begins with states of shapes ${list(expected)}, but was given ` +
        `${list(given.map(({ shape }) => shape))}. Call it on [x, ...states], with a state for each that it has.`,
      { op: this.className, data: { layer: this.name, expected, given: given.map(({ shape }) => shape) } },
    );
  }

  #statesAreInputs(): ManabiError {
    return new ManabiError(
      'argument',
      `Layer '${this.name}' (${this.className}) takes its first states as inputs: apply([x, ...states]); got the option ` +
        "'initialState'.",
      { op: this.className, data: { layer: this.name, name: 'initialState' } },
    );
  }

  #noSteps(shape: Shape): ManabiError {
    return new ManabiError(
      'shape',
      `Layer '${this.name}' (${this.className}) needs at least one step, but was given shape [${shape.join(', ')}].`,
      { op: this.className, data: { layer: this.name, shape } },
    );
  }

  #noBatchSize(shape: PartialShape): ManabiError {
    return new ManabiError(
      'shape',
      `Layer '${this.name}' (${this.className}) is stateful, so that it must know the batch size, but its input has shape ` +
        `[${shape.map(String).join(', ')}]. Say it with batchShape: input({ batchShape: [32, null, 8] }), or batchShape of ` +
        'the first layer.',
      { op: this.className, data: { layer: this.name, shape, option: 'batchShape' } },
    );
  }

  #otherBatchSize(given: number, expected: number): ManabiError {
    return new ManabiError(
      'shape',
      `Layer '${this.name}' (${this.className}) is stateful and was built, by batchShape, for batches of ${expected}, but ` +
        `was given one of ${given}. Leave smaller batches away, or build a model of another batchShape with its weights.`,
      { op: this.className, data: { layer: this.name, expected, given, option: 'batchShape' } },
    );
  }
}

/** @throws ManabiError `shape` if a length is not known */
function knownStep(layer: Layer, step: PartialShape): Shape {
  return step.map((length) => {
    if (length !== null) return length;
    throw new ManabiError(
      'shape',
      `Layer '${layer.name}' (${layer.className}) is stateful, so that it must know the shape of a step, but that is ` +
        `[${step.map(String).join(', ')}].`,
      { op: layer.className, data: { layer: layer.name, step } },
    );
  });
}
