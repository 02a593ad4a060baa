/**
 * Functions with which other packages of manabi save and restore models. They are not part of the public API, and may
 * change in any release.
 *
 * @packageDocumentation
 */

export { type OwnKindsOf, readLayerOptions } from './layer/layer-kinds.ts';
export { quantizedAs } from './layer/quantized-as.ts';
export { keyedVariables } from './networks/keyed-variables.ts';
export { mapStructure } from './networks/nested-symbols.ts';
