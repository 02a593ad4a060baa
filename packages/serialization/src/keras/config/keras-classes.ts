import {
  activationTable,
  type ClassRow,
  constraintTable,
  initializerTable,
  type LayerRow,
  layerTable,
  regularizerTable,
} from '@manabi/layers/classes';

/** Whether a row is that of a class that Keras has: in files, classes of ours stand as those of users. */
export function isOfKeras(row: ClassRow | undefined): boolean {
  return row !== undefined && row.isOurs !== true;
}

/** The module of a class that can stand in the config of a layer; undefined for one that is not Keras's. */
export function moduleWithin(className: string): string | undefined {
  if (isOfKeras(initializerTable.row(className))) return 'keras.initializers';
  if (isOfKeras(regularizerTable.row(className))) return 'keras.regularizers';
  return isOfKeras(constraintTable.row(className)) ? 'keras.constraints' : undefined;
}

/** Whether Keras has an activation of a name. */
export function isKerasActivation(name: string): boolean {
  return isOfKeras(activationTable.row(name));
}

/** Whether Keras has a class of layers. */
export function isKerasLayer(className: string): boolean {
  return isOfKeras(layerRow(className));
}

/** The row of a built-in class of layers; undefined for users' own, and for models, which have forms of their own. */
export function layerRow(className: string): LayerRow | undefined {
  return className === 'Sequential' || className === 'Functional' ? undefined : layerTable.row(className);
}
