/** `npm run docs:defaults`: writes `docs/defaults.md` anew from the options in the source. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../support/pages.js';
import { PAGE, renderDefaults } from './render.js';

writeFileSync(join(ROOT, PAGE), await renderDefaults());
