import type { Layer } from '../layer/layer.ts';

let changes = 0;
const reporting = new WeakSet<Layer>();

/** Records that a model gained or lost a layer. */
export function noteChange(): void {
  changes++;
}

/**
 * Marks a layer that calls `noteChange` whenever it gains or loses a layer, so that its fields need not be searched for
 * changes.
 */
export function reportsChanges(layer: Layer): void {
  reporting.add(layer);
}

/**
 * The layers of a model at one moment. A traced function of the model can be reused while the model has the same
 * layers.
 */
export class ModelStructure {
  /** The model and all layers in it, each once. */
  readonly layers: readonly Layer[];
  readonly #model: Layer;
  /** Whether layers can change without a call of `noteChange`, as in the fields of custom classes. */
  readonly #isOpen: boolean;
  #changes = changes;

  constructor(model: Layer) {
    this.#model = model;
    this.layers = layersWithin(model);
    this.#isOpen = this.layers.some((layer) => !reporting.has(layer) && layer.sublayers.length > 0);
  }

  /** Returns whether the model still consists of these layers. */
  isPresent(): boolean {
    if (!this.#isOpen && this.#changes === changes) return true;
    const now = layersWithin(this.#model);
    if (now.length !== this.layers.length || now.some((layer, i) => layer !== this.layers[i])) return false;
    this.#changes = changes;
    return true;
  }
}

function layersWithin(root: Layer): readonly Layer[] {
  const found = new Set<Layer>([root]);
  for (const layer of found) for (const inner of layer.sublayers) found.add(inner);
  return [...found];
}
