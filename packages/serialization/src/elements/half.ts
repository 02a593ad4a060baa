export { toBfloat16 } from '@manabi/data/internal';
