/**
 * Returns a function that is called with each loss when it is read, and warns once if a loss is NaN or infinite. As in
 * Keras, the training continues, although it is unlikely to recover.
 */
export function watchLoss(): (loss: number, epoch: number) => void {
  let hasWarned = false;
  return (loss, epoch) => {
    if (hasWarned || Number.isFinite(loss)) return;
    hasWarned = true;
    console.warn(
      `The loss became ${loss} in epoch ${epoch + 1}. Common causes: too large a learning rate, unscaled inputs, ` +
        'logarithms of zero, or division by zero. The callback terminateOnNaN then stops the training.',
    );
  };
}
