// VitePress requires this file; the theme is in src/theme.
export { default } from '../../src/theme/index.ts';
