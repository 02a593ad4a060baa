import { formatType, type HostArray } from '@manabi/ir';
import { Cell } from './cell.ts';
import type { CellContext } from './cell-context.ts';
import { tensorOf } from './elements.ts';
import { Spares } from './spares.ts';

/** Most types whose tensors are used again: those of the batches of a training and of its validation, with rests. */
const MOST_TYPES = 8;

/** Creates cells of uploaded elements, in the tensors of earlier ones that are free: each step of a training uploads a batch. */
export class Uploads {
  readonly #context: CellContext;
  /** Spares by type, the latest one last. */
  readonly #spares = new Map<string, Spares>();

  constructor(context: CellContext) {
    this.#context = context;
  }

  /** Returns a cell with a copy of the elements. */
  cell(array: HostArray): Cell {
    const { dtype, shape, data } = array;
    const cell = new Cell(this.#context, { dtype, shape });
    // Tensors store float16 as bits.
    if (dtype === 'float16') return cell.fill(tensorOf(this.#context.runtime, array));
    const spares = this.#sparesOf(cell);
    return cell.fill(spares.filled(data) ?? tensorOf(this.#context.runtime, array), spares);
  }

  /** Forgets all tensors, because a program that has released all buffers may not upload any more. */
  forget(): void {
    for (const spares of this.#spares.values()) spares.close();
    this.#spares.clear();
  }

  #sparesOf({ type }: Cell): Spares {
    const key = formatType(type);
    const spares = this.#spares.get(key) ?? new Spares(this.#context, type);
    this.#spares.delete(key);
    this.#spares.set(key, spares);
    for (const [oldest, unused] of this.#spares) {
      if (this.#spares.size <= MOST_TYPES) break;
      unused.close();
      this.#spares.delete(oldest);
    }
    return spares;
  }
}
