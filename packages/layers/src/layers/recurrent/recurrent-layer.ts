import { ManabiError, type Shape, type Tensor, zeros } from '@manabi/core';
import type { CallContext } from '../../call/context.ts';
import { Layer } from '../../layer/layer.ts';
import { type OneOrMany, type PartialShape, shapeList, type Tensors, toList } from '../../structure/nested.ts';
import type { Variable } from '../../variables/variable.ts';
import type { RecurrentCell } from './recurrent-cell.ts';
import { runRecurrence } from './recurrent-loop.ts';
import type { SequenceConfig } from './recurrent-options.ts';

/**
 * Base class of layers that run a cell over the steps of sequences [batch, steps, ...]. Inputs are a sequence,
 * optionally followed by the initial states. Masked steps leave the states unchanged and repeat the previous output.
 */
export abstract class RecurrentLayer<Config extends SequenceConfig> extends Layer<Config> {
  override supportsMasking = true;
  /** Cell that computes one step of the sequence. */
  abstract readonly cell: RecurrentCell;
  /** States that a stateful layer keeps between batches; empty for other layers. */
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
    const { output, states } = runRecurrence({
      run,
      x,
      // As in Keras, a call with states ignores the mask of the input, unless a mask is passed as an option of the call.
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

  /** Resets the states of a stateful layer to zeros, or to the given states. */
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
    if (this.states.length === 0) return shapes.map((shape) => zeros([batch, ...shape], { dtype: this.computeDtype }));
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
      `Layer '${this.name}' (${this.className}) takes initial states of shapes ${list(expected)}; got ` +
        `${list(given.map(({ shape }) => shape))}. Call apply([x, ...states]) with all states.`,
      { op: this.className, data: { layer: this.name, expected, given: given.map(({ shape }) => shape) } },
    );
  }

  #statesAreInputs(): ManabiError {
    return new ManabiError(
      'argument',
      `Layer '${this.name}' (${this.className}) has no call option 'initialState'. Pass initial states as inputs: ` +
        'apply([x, ...states]).',
      { op: this.className, data: { layer: this.name, name: 'initialState' } },
    );
  }

  #noSteps(shape: Shape): ManabiError {
    return new ManabiError(
      'shape',
      `Layer '${this.name}' (${this.className}) requires at least one step; got input shape [${shape.join(', ')}].`,
      { op: this.className, data: { layer: this.name, shape } },
    );
  }

  #noBatchSize(shape: PartialShape): ManabiError {
    return new ManabiError(
      'shape',
      `Layer '${this.name}' (${this.className}) is stateful and requires a fixed batch size; got input shape ` +
        `[${shape.map(String).join(', ')}]. Pass input({ batchShape: [32, null, 8] }), or \`batchShape\` to the first layer.`,
      { op: this.className, data: { layer: this.name, shape, option: 'batchShape' } },
    );
  }

  #otherBatchSize(given: number, expected: number): ManabiError {
    return new ManabiError(
      'shape',
      `Layer '${this.name}' (${this.className}) is stateful and was built for batches of ${expected} samples; got ${given}. ` +
        'Drop smaller batches, or create the model with another `batchShape` and copy the weights.',
      { op: this.className, data: { layer: this.name, expected, given, option: 'batchShape' } },
    );
  }
}

/**
 * Returns the shape of one step of the input, which must not contain unknown lengths. @throws ManabiError `shape` if a
 * length is unknown
 */
function knownStep(layer: Layer, step: PartialShape): Shape {
  return step.map((length) => {
    if (length !== null) return length;
    throw new ManabiError(
      'shape',
      `Layer '${layer.name}' (${layer.className}) is stateful and requires a known shape of each step; got ` +
        `[${step.map(String).join(', ')}]. Set all lengths but the number of steps in \`batchShape\`.`,
      { op: layer.className, data: { layer: layer.name, step } },
    );
  });
}
