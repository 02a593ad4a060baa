import { load } from './manabi-library.ts';
import { serveInPage } from './serve-in-page.ts';

serveInPage(load);
