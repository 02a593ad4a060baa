// A page that imports one namespace of the façade, to measure how much of the other packages bundlers cannot remove.
import { layers } from 'manabi';

Object.assign(globalThis, { layer: layers.dense({ units: 1 }) });
