import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { referencePages } from './reference-pages.js';

/** Writes the generated pages of `docs/reference/`. */
const folder = fileURLToPath(new URL('../../../docs/reference/', import.meta.url));
await mkdir(folder, { recursive: true });
for (const [name, content] of await referencePages()) {
  await writeFile(join(folder, name), content);
  process.stdout.write(`docs/reference/${name}\n`);
}
