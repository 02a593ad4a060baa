import { load } from './manabi-library.ts';
import { serve } from './serve.ts';

await serve(load);
