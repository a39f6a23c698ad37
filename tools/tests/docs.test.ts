import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { referencePages } from '../src/index.js';

describe('docs/reference', async () => {
  const pages = await referencePages();

  it.each([...pages.keys()])('%s is what npm run docs writes', async (name) => {
    const written = await readFile(
      new URL(`../../docs/reference/${name}`, import.meta.url),
      'utf8',
    );
    expect(written, 'run: npm run docs').toBe(pages.get(name));
  });
});
