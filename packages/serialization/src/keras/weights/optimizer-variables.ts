import type { Model } from '@manabi/layers';
import { optimizerTable } from '@manabi/layers/classes';
import type { Optimizer } from '@manabi/optimizers';

/** Variable of an optimizer's state, in Keras's order of `optimizer/vars/0`, `1`, … */
export type OptimizerVariable =
  /** Unused variables of Keras's `LossScaleOptimizer`: its own iterations and learning rate, both 0. */
  | { readonly kind: 'unusedIterations' | 'unusedRate' }
  | { readonly kind: 'stepCounter' | 'dynamicScale' }
  | { readonly kind: 'iterations' }
  | { readonly kind: 'learningRate' }
  /** Moving average of a weight. */
  | { readonly kind: 'average'; readonly path: string }
  /** Accumulated gradient of a weight. */
  | { readonly kind: 'gradient'; readonly path: string }
  | { readonly kind: 'slot'; readonly slot: string; readonly path: string }
  /** Number that Keras stores once for the optimizer, and manabi once for each weight. */
  | { readonly kind: 'shared'; readonly slot: string };

/** Variables of Keras's `LossScaleOptimizer`, before those of its inner optimizer. */
export const SCALE_VARIABLES = ['unusedIterations', 'unusedRate', 'stepCounter', 'dynamicScale'] as const;

/** Properties of an optimizer that determine which variables Keras stores for it. */
export interface OptimizerParts {
  readonly className: string;
  readonly slots: Readonly<Record<string, unknown>>;
  /** Whether the learning rate is a number, not a schedule. */
  readonly hasLearningRate: boolean;
  /** Whether the optimizer keeps moving averages of the weights. */
  readonly hasAverages: boolean;
  /** Whether the optimizer accumulates the gradients of several batches. */
  readonly accumulates: boolean;
  /** Whether it has a loss scale. */
  readonly isScaled: boolean;
}

/** Reports whether Keras stores a slot that it stores for some weights only. */
type IsStored = (slot: string, path: string) => boolean;

/**
 * Returns the variables of an optimizer in Keras's order.
 *
 * @param paths paths of the trained weights in the model's order
 */
function optimizerVariables(
  parts: OptimizerParts,
  paths: readonly string[],
  isStored: IsStored,
): readonly OptimizerVariable[] {
  const { className, slots } = parts;
  const row = optimizerTable.row(className);
  const groups = (row?.slots ?? [Object.keys(slots)]).map((group) =>
    group.filter((slot) => Object.hasOwn(slots, slot)),
  );
  return [
    ...(parts.isScaled ? SCALE_VARIABLES.map((kind) => ({ kind })) : []),
    { kind: 'iterations' },
    ...(parts.hasLearningRate ? [{ kind: 'learningRate' } as const] : []),
    ...(parts.hasAverages ? paths.map((path) => ({ kind: 'average', path }) as const) : []),
    ...(parts.accumulates ? paths.map((path) => ({ kind: 'gradient', path }) as const) : []),
    ...groups.flatMap((group) =>
      paths.flatMap((path) =>
        group
          .filter((slot) => !row?.slotsOfSome?.includes(slot) || isStored(slot, path))
          .map((slot) => ({ kind: 'slot', slot, path }) as const),
      ),
    ),
    ...(row?.sharedSlots ?? []).map((slot) => ({ kind: 'shared', slot }) as const),
  ];
}

/** Returns the variables of a model's optimizer in Keras's order, given the optimizer's state. */
export function variablesOf(model: Model, { slots, learningRate, lossScale }: State): readonly OptimizerVariable[] {
  const { optimizer, emaMomentum, accumulationSteps } = model.compilation;
  const [like = model.trainer.state().average ?? model.values().trainable] = Object.values(slots);
  const parts = {
    className: innermost(optimizer).className,
    isScaled: lossScale !== undefined,
    slots,
    hasLearningRate: learningRate !== null,
    hasAverages: emaMomentum !== null,
    accumulates: accumulationSteps > 1,
  };
  const weights = model.values().trainable;
  return optimizerVariables(parts, Object.keys(like), (slot, path) => slots[slot][path].rank === weights[path].rank);
}

/** Returns the optimizer that updates the weights: the inner one of a `lossScaleOptimizer`. */
export function innermost(optimizer: Optimizer): Optimizer {
  const { innerOptimizer } = optimizer.config;
  return optimizer.className === 'LossScaleOptimizer' && isOptimizer(innerOptimizer) ? innerOptimizer : optimizer;
}

function isOptimizer(given: unknown): given is Optimizer {
  return typeof given === 'object' && given !== null && 'className' in given && 'config' in given && 'update' in given;
}

type State = NonNullable<Model['trainer']['optimizerState']>;
