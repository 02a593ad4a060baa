import type { LayerClass } from '../layer/layer-class.ts';
import { type LayerRow, layerRows } from '../layers/rows.ts';
import { type ClassRow, named, rowsInFiles } from '../registry/class-row.ts';
import { ClassTable } from '../registry/class-table.ts';

const FURTHER = { load: () => import('../layers/further/classes.ts') };
const KERAS_2 = { ...FURTHER, notInKeras: true } as const;

/**
 * Table entries of the model classes, of operators, and of layers that few networks need. `layerRows` does not contain them:
 * files store models in another format than layers, and the package exports the others from entry points of their own.
 */
const modelRows = {
  model: { className: 'Functional', load: () => import('../model/functional.ts') },
  sequential: { load: () => import('../model/sequential.ts') },
  customScaleLayer: { ...FURTHER, several: true as const, module: 'keras.src.applications.inception_resnet_v2' },
  layerScale: { ...FURTHER, module: 'keras.src.applications.convnext' },
  locallyConnected1D: KERAS_2,
  locallyConnected2D: KERAS_2,
  melSpectrogram: FURTHER,
  operation: { notInKeras: true as const, load: () => import('../operations/operation.ts') },
  randomHeight: KERAS_2,
  randomWidth: KERAS_2,
  reversibleEmbedding: FURTHER,
  sTFTSpectrogram: FURTHER,
  setMask: { notInKeras: true as const, load: () => import('../operations/set-mask.ts') },
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
