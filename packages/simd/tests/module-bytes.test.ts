import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { compiledSource } from '../compile.mjs';

it('ships what the sources in assembly/ compile to', async () => {
  const committed = await readFile(new URL('../src/module-bytes.ts', import.meta.url), 'utf8');
  expect(committed).toBe(await compiledSource());
});
