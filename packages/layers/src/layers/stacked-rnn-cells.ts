import { ManabiError, type Shape, type Tensor } from '@manabi/core';
import { checkAreGiven } from '../check-options.ts';
import type { CallContext } from '../context.ts';
import type { LayerOptions } from '../layer.ts';
import { type OneOrMany, type PartialShape, shapeList } from '../nested.ts';
import { type CellRun, PreparedCell, RecurrentCell } from './recurrent-cell.ts';

/** What `stackedRNNCells` takes. */
export interface StackedRNNCellsOptions extends LayerOptions {
  /** From the first, which sees the input, to the last, whose output is that of all. */
  readonly cells: readonly RecurrentCell[];
}

function checkedCells(cells: readonly RecurrentCell[]): readonly RecurrentCell[] {
  if (Array.isArray(cells) && cells.length > 0 && cells.every((cell) => cell instanceof RecurrentCell)) return cells;
  throw new ManabiError('argument', 'The option cells of StackedRNNCells is a list of cells, such as lstmCell makes.', {
    op: 'StackedRNNCells',
    data: { option: 'cells', given: Array.isArray(cells) ? cells.length : typeof cells },
  });
}

/** Cells, each on the output of the one before: see `stackedRNNCells`. */
export class StackedRNNCells extends PreparedCell<{ readonly cells: readonly RecurrentCell[] }> {
  static override readonly className: string = 'StackedRNNCells';

  constructor(options: StackedRNNCellsOptions) {
    checkAreGiven(new.target.className, options);
    super(options, { cells: checkedCells(options.cells) });
  }

  /** The cells, in order. */
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
 * Cells as one, each on the output of the one before; its states are theirs, one after the other.
 *
 * @throws ManabiError `argument` unless there are cells
 * @example `layers.rnn({ cell: layers.stackedRNNCells({ cells: [layers.lstmCell({ units: 64 }), layers.gruCell({ units: 8 })] }) })`
 */
export function stackedRNNCells(options: StackedRNNCellsOptions): StackedRNNCells {
  return new StackedRNNCells(options);
}
