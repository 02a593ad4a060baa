// A page that predicts with a saved model, the network of training.ts.
import '@manabi/backend-cpu/register';
import { loadModel } from '@manabi/serialization';

const model = await loadModel('https://example.org/cnn.keras', { compile: false });
const images = new Float32Array(28 * 28);
const probabilities = await model.predict({ dtype: 'float32', shape: [1, 28, 28, 1], data: images });
if ((await probabilities.data()).length !== 10) throw new Error('The output must have ten classes.');
