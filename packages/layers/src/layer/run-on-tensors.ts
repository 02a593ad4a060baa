import type { Tensor } from '@manabi/core';
import { type Computing, callInDtype, castInputs } from '../call/autocast.ts';
import { callOptions, maskList, withMasks } from '../call/call-inputs.ts';
import { castHalf } from '../call/cast-half.ts';
import { CallContext, type CalledLayer, type CallOptions } from '../call/context.ts';
import { currentCall } from '../call/current-call.ts';
import { attachMask, maskOf } from '../call/masks.ts';
import { eagerRun } from '../call/runs.ts';
import { setSource, sourceOf } from '../call/sources.ts';
import type { Regularizer } from '../regularizers/regularizer.ts';
import { isList, type OneOrMany, type Tensors, toList } from '../structure/nested.ts';
import type { Variable } from '../variables/variable.ts';
import { checkInputSpecs, type InputSpec } from './input-spec.ts';
import { inLayer } from './layer-errors.ts';

/** The members of a layer that a call on tensors uses. */
interface Callee extends CalledLayer, Computing {
  readonly built: boolean;
  readonly weights: readonly Variable[];
  readonly inputSpec: OneOrMany<InputSpec> | null;
  readonly activityRegularizer: Regularizer | null;
  readonly supportsMasking: boolean;
  call(inputs: Tensors, context: CallContext): Tensors;
  computeMask(
    inputs: Tensors,
    masks: readonly (Tensor | null)[],
    context: CallContext,
  ): Tensor | null | readonly (Tensor | null)[];
}

/**
 * Calls a layer on tensors. If another layer makes this call, whether it passes its context or not, the call belongs to
 * the same forward pass; otherwise, it is eager and uses the current weights.
 *
 * @param hasOwnMasks whether the class overrides `computeMask`
 * @param build creates the weights of a layer that has none yet
 * @throws ManabiError `shape`, with the names of the layers, for inputs that do not match; all errors that `call`
 * throws
 */
export function runOnTensors(
  layer: Callee,
  unmasked: Tensors,
  given: CallContext | CallOptions,
  hasOwnMasks: boolean,
  build: (inputs: Tensors, context: CallContext) => void,
): Tensors {
  const options = callOptions('apply', given);
  const outer =
    given instanceof CallContext ? given : (callAround(layer, options) ?? new CallContext(eagerRun(options.key)));
  const maskedInputs = options.mask === undefined ? unmasked : withMasks(unmasked, options.mask);
  const sources = toList(maskedInputs).map(sourceOf);
  const inputs = castInputs(layer, maskedInputs);
  const list = toList(inputs);
  return inLayer(layer, list, sources, () => {
    checkInputSpecs(layer, list, sources);
    if (!layer.built) {
      build(inputs, outer);
      checkInputSpecs(layer, list, sources);
    }
    const masks = list.map(maskOf);
    const context = outer.enter(layer.name, options, masks);
    const result = callInDtype(layer, inputs, context);
    const given = { inputs, masks, hasOwnMasks };
    const outputs = masked(layer, given, intercepted(layer, toList(result), context), context);
    for (const output of outputs) setSource(output, layer.name);
    if (layer.activityRegularizer !== null) {
      for (const output of outputs) context.addLoss(layer.activityRegularizer.penalty(castHalf(output, 'float32')));
    }
    return isList(result) ? outputs : outputs[0];
  });
}

/**
 * Returns the context of the layer call in progress, for a layer that is called without a context. Returns null outside
 * of layer calls, and if the forward pass has no values for the layer's weights: the layer then uses its current
 * weights as constants.
 */
function callAround(layer: Callee, { key }: CallOptions): CallContext | null {
  const around = currentCall();
  if (around === null || key !== undefined) return null;
  const { holds } = around.run;
  return holds === undefined || layer.weights.every(holds) ? around : null;
}

function intercepted(layer: Callee, outputs: readonly Tensor[], context: CallContext): readonly Tensor[] {
  const { run } = context;
  return run.intercept === undefined ? outputs : run.intercept(layer, outputs, context.path);
}

/** Inputs and masks of a layer call, from which the masks of its outputs are determined. */
interface MaskedCall {
  readonly inputs: Tensors;
  readonly masks: readonly (Tensor | null)[];
  /** Whether the class overrides `computeMask`. */
  readonly hasOwnMasks: boolean;
}

/**
 * Attaches masks to the outputs of a layer. If the class overrides `computeMask`, its result is used. Otherwise, the
 * outputs of a layer that calls other layers keep the masks from those layers. All other layers pass on the mask of
 * their only input if they support masking, and drop it if not.
 */
function masked(
  layer: Callee,
  { inputs, masks: given, hasOwnMasks }: MaskedCall,
  outputs: readonly Tensor[],
  context: CallContext,
): readonly Tensor[] {
  if (!hasOwnMasks && context.hasCalled && outputs.some((output) => maskOf(output) !== null)) return outputs;
  const list = toList(inputs);
  const supports = hasOwnMasks || layer.supportsMasking;
  const isHandled = supports || context.hasCalled || context.hasReadMasks;
  const masks = maskList(layer.computeMask(inputs, given, context), outputs.length);
  return outputs.map((output, i) => {
    const mask = masks[i] ?? null;
    // Outputs that are the input itself already have the mask.
    if (mask === null && !hasOwnMasks && list.includes(output)) return output;
    if (!isHandled && given.some((each) => each !== null)) warnOfLostMask(layer);
    return attachMask(output, mask);
  });
}

const warned = new Set<string>();

/** Warns, once per class as Keras does, that a layer drops the mask of its input without using it. */
function warnOfLostMask({ name, className }: Callee): void {
  if (warned.has(className)) return;
  warned.add(className);
  console.warn(
    `Layer '${name}' (${className}) does not support masking and drops the mask of its input. In a custom layer, set ` +
      'supportsMasking = true to pass the mask on, or override computeMask.',
  );
}
