/** The values by which a model's optimizer goes on, in Keras's order of `optimizer/vars/0`, `1`, … */
export type OptimizerVariable =
  | { readonly kind: 'iterations' }
  | { readonly kind: 'learningRate' }
  | { readonly kind: 'slot'; readonly slot: string; readonly path: string }
  /** One number for the whole optimizer, which each parameter has here. */
  | { readonly kind: 'shared'; readonly slot: string };

/**
 * How Keras lays the slots of an optimizer out: groups of slots that alternate, parameter by parameter, one group after
 * the other; then what it has only once.
 */
interface SlotLayout {
  readonly groups: readonly (readonly string[])[];
  readonly shared?: readonly string[];
}

/** The layouts of Keras's optimizers, by class. Slots that a configuration does not have are left out. */
const LAYOUTS: Readonly<Record<string, SlotLayout>> = {
  Adadelta: { groups: [['accumulatedGradient', 'accumulatedDelta']] },
  Adagrad: { groups: [['accumulator']] },
  Adam: { groups: [['momentum', 'velocity'], ['velocityHat']] },
  AdamW: { groups: [['momentum', 'velocity'], ['velocityHat']] },
  Adamax: { groups: [['momentum', 'norm']] },
  Lion: { groups: [['momentum']] },
  Nadam: { groups: [['momentum', 'velocity']], shared: ['weightProduct'] },
  RMSprop: { groups: [['velocity'], ['momentum'], ['averageGradient']] },
  SGD: { groups: [['momentum']] },
};

/**
 * The variables of a compiled model's optimizer in Keras's order.
 *
 * @param paths of the trained weights, in the model's order
 */
export function optimizerVariables(
  className: string,
  slots: Readonly<Record<string, unknown>>,
  hasLearningRate: boolean,
  paths: readonly string[],
): readonly OptimizerVariable[] {
  const layout = Object.hasOwn(LAYOUTS, className) ? LAYOUTS[className] : { groups: [Object.keys(slots)] };
  const groups = layout.groups.map((group) => group.filter((slot) => Object.hasOwn(slots, slot)));
  return [
    { kind: 'iterations' },
    ...(hasLearningRate ? [{ kind: 'learningRate' } as const] : []),
    ...groups.flatMap((group) => paths.flatMap((path) => group.map((slot) => ({ kind: 'slot', slot, path }) as const))),
    ...(layout.shared ?? []).map((slot) => ({ kind: 'shared', slot }) as const),
  ];
}
