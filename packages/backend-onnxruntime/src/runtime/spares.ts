import type { ElementArray, TensorType } from '@manabi/ir';
import type { CellContext } from './cell-context.ts';
import { bytesOf } from './elements.ts';
import type { RuntimeTensor } from './library.ts';

/** Most tensors that are kept: what two runs in alternation need. */
const MOST = 2;

/**
 * Free tensors of one type, for the next results of one output of a program, or for the next uploads of this type. Without them, each
 * run would allocate new arrays, and large arrays that become garbage in each step make the engine collect all of its memory many
 * times per second.
 */
export class Spares {
  readonly #context: CellContext;
  readonly #bytes: number;
  readonly #tensors: RuntimeTensor[] = [];
  #isOpen = true;

  /** @param type type of the tensors */
  constructor(context: CellContext, type: TensorType) {
    this.#context = context;
    this.#bytes = bytesOf(type);
  }

  /** Returns a tensor that may be overwritten, or null if there is none. */
  take(): RuntimeTensor | null {
    const tensor = this.#tensors.pop() ?? null;
    if (tensor !== null) this.#context.spare -= this.#bytes;
    return tensor;
  }

  /**
   * Returns a tensor with a copy of the elements, or null if no tensor is free, or the free one has another length or kind of elements.
   *
   * @param data elements of a dtype that tensors store as they are: any but float16
   */
  filled(data: ElementArray): RuntimeTensor | null {
    const tensor = this.take();
    // A session declares the dtype of each tensor, and so the class of its array.
    const elements = tensor?.data as ElementArray | undefined;
    if (elements?.length !== data.length || elements.constructor !== data.constructor) return null;
    elements.set(data);
    return tensor;
  }

  /** Keeps a tensor of the type that nothing uses any more. */
  give(tensor: RuntimeTensor): void {
    if (!this.#isOpen || this.#bytes === 0 || this.#tensors.length === MOST) return;
    this.#tensors.push(tensor);
    this.#context.spare += this.#bytes;
  }

  /** Releases the tensors, and those that are given later. */
  close(): void {
    this.#isOpen = false;
    while (this.take() !== null);
  }
}
