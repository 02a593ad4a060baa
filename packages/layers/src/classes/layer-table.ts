import type { LayerClass } from '../layer/layer-class.ts';
import { type LayerRow, layerRows } from '../layers/rows.ts';
import { type ClassRow, named, rowsInFiles } from '../registry/class-row.ts';
import { ClassTable } from '../registry/class-table.ts';

const KERAS_2 = { notInKeras: true } as const;

/**
 * Table entries of the model classes and of operators. `layerRows` does not contain them, since files store them in a
 * different format than layers.
 */
const modelRows = {
  model: { className: 'Functional', load: () => import('../model/functional.ts') },
  sequential: { load: () => import('../model/sequential.ts') },
  layerScale: { module: 'keras.src.applications.convnext', load: () => import('../layers/further/layer-scale.ts') },
  locallyConnected1d: {
    ...KERAS_2,
    className: 'LocallyConnected1D',
    load: () => import('../layers/further/locally-connected.ts'),
  },
  locallyConnected2d: {
    ...KERAS_2,
    className: 'LocallyConnected2D',
    load: () => import('../layers/further/locally-connected.ts'),
  },
  melSpectrogram: { load: () => import('../layers/further/mel-spectrogram.ts') },
  randomHeight: { ...KERAS_2, load: () => import('../layers/further/random-size.ts') },
  randomWidth: { ...KERAS_2, load: () => import('../layers/further/random-size.ts') },
  reversibleEmbedding: { load: () => import('../layers/further/reversible-embedding.ts') },
  stftSpectrogram: { className: 'STFTSpectrogram', load: () => import('../layers/further/stft-spectrogram.ts') },
  operation: { ...KERAS_2, load: () => import('../operations/operation.ts') },
};

/**
 * Returns a table whose keys are the class names, which are also the names under which files export the classes.
 */
function byClassName<Row extends ClassRow>(rows: Readonly<Record<string, Row>>): Readonly<Record<string, Row>> {
  return Object.fromEntries(Object.values(rows).map((row) => [row.className, row]));
}

/**
 * Table of layer classes by name, used to load models. A layer's code is downloaded when the layer is looked up, so
 * pages download only the layers that they use.
 */
export const layerTable = /* @__PURE__ */ new ClassTable<LayerClass, LayerRow>(
  'layer',
  /* @__PURE__ */ rowsInFiles(/* @__PURE__ */ byClassName(/* @__PURE__ */ named({ ...layerRows, ...modelRows }))),
);
