import type { Shape, Tensor } from '@manabi/core';
import { type Kind, kind, listOf, type OptionValues } from '@manabi/errors';
import type { CallContext } from '../../call/context.ts';
import type { LayerOptions } from '../../layer/layer.ts';
import { type OwnKindsOf, readLayerOptions } from '../../layer/layer-kinds.ts';
import { type OneOrMany, type PartialShape, shapeList } from '../../structure/nested.ts';
import { type CellRun, PreparedCell, RecurrentCell } from './recurrent-cell.ts';

/** Options of `stackedRNNCells`. */
export interface StackedRNNCellsOptions extends LayerOptions {
  /** Cells in the order in which they compute a step: the first reads the input, and the last returns the output. */
  readonly cells: readonly RecurrentCell[];
}

/** Validator for recurrent cells. */
export const cellKind: Kind<RecurrentCell> = kind(
  'a cell, such as lstmCell makes, or of a class that extends RecurrentCell',
  (given): given is RecurrentCell => given instanceof RecurrentCell,
);

/** Validator for lists of recurrent cells. */
export const cellsKind: Kind<readonly RecurrentCell[]> = listOf(cellKind, { min: 1 });

const kinds = { cells: cellsKind } satisfies OwnKindsOf<StackedRNNCellsOptions>;

/** Cell created by `stackedRNNCells`. */
export class StackedRNNCells extends PreparedCell<OptionValues<typeof kinds>> {
  static override readonly className: string = 'StackedRNNCells';

  constructor(options: StackedRNNCellsOptions) {
    super(options, readLayerOptions(new.target, options, kinds));
  }

  /** The stacked cells, in the order in which they compute a step. */
  get cells(): readonly RecurrentCell[] {
    return this.config.cells;
  }

  get stateSize(): readonly number[] {
    return this.cells.flatMap(({ stateSize }) => stateSize);
  }

  override stateShapes(step: Shape): readonly Shape[] {
    let shape = step;
    return this.cells.flatMap((cell) => {
      const shapes = cell.stateShapes(shape);
      shape = cell.outputShape(shape);
      return shapes;
    });
  }

  override outputShape(step: Shape): Shape {
    return this.cells.reduce((shape, cell) => cell.outputShape(shape), step);
  }

  override build(inputShape: OneOrMany<PartialShape>): void {
    let [shape] = shapeList(inputShape);
    for (const cell of this.cells) {
      cell.ensureBuilt({ shape, dtype: cell.dtype });
      shape = [shape[0], ...cell.outputShape(shape.slice(1).map((length) => length ?? 0))];
    }
  }

  override begin([batch, ...step]: Shape, context: CallContext): CellRun {
    let shape = step;
    const stack = this.cells.map((cell) => {
      const run = cell.begin([batch, ...shape], context);
      const count = cell.stateShapes(shape).length;
      shape = [...cell.outputShape(shape)];
      return { run, count };
    });
    return {
      prepare: (x) => stack[0].run.prepare(x),
      step: (prepared, states) => {
        const next: Tensor[] = [];
        let from = 0;
        let output: Tensor | null = null;
        for (const { run, count } of stack) {
          const input = output === null ? prepared : run.prepare(output);
          const made = run.step(input, states.slice(from, from + count));
          next.push(...made.states);
          output = made.output;
          from += count;
        }
        return { output: output ?? prepared[0], states: next };
      },
    };
  }
}

/**
 * Creates a cell that stacks cells: each reads the output of the previous one. Its states are the states of all cells in
 * order. The output has shape [batch, units], with the units of the last cell.
 *
 * @throws ManabiError `argument` if `cells` is not a list of cells
 * @example
 * ```ts
 * import { layers, ones } from 'manabi';
 *
 * const cell = layers.stackedRNNCells({ cells: [layers.lstmCell({ units: 4 }), layers.gruCell({ units: 2 })] });
 * console.log(layers.rnn({ cell }).apply(ones([1, 5, 3])).shape); // [1, 2]
 * ```
 */
export function stackedRNNCells(options: StackedRNNCellsOptions): StackedRNNCells {
  return new StackedRNNCells(options);
}
