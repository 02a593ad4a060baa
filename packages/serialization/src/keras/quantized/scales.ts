/** Group of a weights file with the scales of int8 weights that are stored as floats, by the paths of their layers. */
export const SCALES = 'int8_scales';
