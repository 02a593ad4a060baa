import type { Layer } from '../layer/layer.ts';

let changes = 0;
const telling = new WeakSet<Layer>();

/** Says that a model got or lost a layer. */
export function noteChange(): void {
  changes++;
}

/** Says that a layer calls `noteChange` whenever it gets or loses a layer, so that nobody has to look for its layers anew. */
export function tellsOfChanges(layer: Layer): void {
  telling.add(layer);
}

/** The layers of a model at one moment: what a traced function of it depends on beside the weights' values. */
export class ModelStructure {
  /** The model and all layers within it, each once. */
  readonly layers: readonly Layer[];
  readonly #model: Layer;
  /** Whether its layers can change without a note: those of a class of a user are found in its fields. */
  readonly #isOpen: boolean;
  #changes = changes;

  constructor(model: Layer) {
    this.#model = model;
    this.layers = layersWithin(model);
    this.#isOpen = this.layers.some((layer) => !telling.has(layer) && layer.sublayers.length > 0);
  }

  /** Whether the model still consists of these layers. */
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
