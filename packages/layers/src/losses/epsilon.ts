/** Keras's epsilon: probabilities are clipped to [EPSILON, 1 - EPSILON], and denominators to at least EPSILON. */
export const EPSILON = 1e-7;
