import type { Layer } from '../layer/layer.ts';

let changes = 0;
const reporting = new WeakSet<Layer>();

/** Records that a layer was added to or removed from a model. */
export function noteChange(): void {
  changes++;
}

/**
 * Registers a layer that calls `noteChange` whenever a layer is added to or removed from it. Other layers must be
 * searched for changes in their fields.
 */
export function reportsChanges(layer: Layer): void {
  reporting.add(layer);
}

/**
 * The layers that a model had when it was traced. The traced function can be reused as long as the model has the same
 * layers.
 */
export class ModelStructure {
  /** The model and all layers in it, each once. */
  readonly layers: readonly Layer[];
  readonly #model: Layer;
  /** Whether the model contains layers of custom classes, whose fields can change without a call of `noteChange`. */
  readonly #isOpen: boolean;
  #changes = changes;

  constructor(model: Layer) {
    this.#model = model;
    this.layers = layersWithin(model);
    this.#isOpen = this.layers.some((layer) => !reporting.has(layer) && layer.sublayers.length > 0);
  }

  /** Returns whether the model still has the same layers. */
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
