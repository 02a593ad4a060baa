/** Keras's fuzz factor: the distance of probabilities from 0 and 1, and the minimum of denominators. */
export const EPSILON = 1e-7;
