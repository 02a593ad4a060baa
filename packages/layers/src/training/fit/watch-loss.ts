/**
 * Looks at losses that are read anyway, and says once if one is no finite number: the training goes on, as in Keras, but
 * there is little to hope for.
 */
export function watchLoss(): (loss: number, epoch: number) => void {
  let told = false;
  return (loss, epoch) => {
    if (told || Number.isFinite(loss)) return;
    told = true;
    console.warn(
      `The loss became ${loss} in epoch ${epoch + 1}. Common reasons: a learning rate that is too large, inputs that are ` +
        'not scaled, logarithms or divisions of 0. The callback terminateOnNaN ends a training when this happens.',
    );
  };
}
