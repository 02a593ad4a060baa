// A page that predicts with a saved model.
import '@manabi/backend-cpu/register';
import { loadModel } from '@manabi/serialization';

Object.assign(globalThis, { loadModel });
