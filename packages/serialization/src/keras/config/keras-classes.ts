import {
  activationTable,
  type ClassRow,
  constraintTable,
  initializerTable,
  type LayerRow,
  layerTable,
  regularizerTable,
} from '@manabi/layers/classes';

/** Reports whether an entry of a class table describes a class of Keras; other classes are saved as custom ones. */
export function isOfKeras(row: ClassRow | undefined): boolean {
  return row !== undefined && row.notInKeras !== true;
}

/** Returns the Keras module of an initializer, regularizer or constraint; undefined for a class that Keras does not have. */
export function moduleWithin(className: string): string | undefined {
  if (isOfKeras(initializerTable.row(className))) return 'keras.initializers';
  if (isOfKeras(regularizerTable.row(className))) return 'keras.regularizers';
  return isOfKeras(constraintTable.row(className)) ? 'keras.constraints' : undefined;
}

/** Reports whether Keras has an activation of a name. */
export function isKerasActivation(name: string): boolean {
  return isOfKeras(activationTable.row(name));
}

/** Reports whether Keras has a layer class. */
export function isKerasLayer(className: string): boolean {
  return isOfKeras(layerRow(className));
}

/**
 * Returns the table entry of a built-in layer class; undefined for custom classes, and for models, which are handled
 * separately.
 */
export function layerRow(className: string): LayerRow | undefined {
  return className === 'Sequential' || className === 'Functional' ? undefined : layerTable.row(className);
}
