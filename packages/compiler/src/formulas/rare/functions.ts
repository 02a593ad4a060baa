export { asin, atan } from '../inverse-trigonometric.ts';
export { rem } from '../remainder.ts';
export { cos, sin, tan } from '../trigonometric.ts';
