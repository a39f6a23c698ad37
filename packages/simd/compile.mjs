/**
 * Compiles assembly/ to WebAssembly. Run by `npm run simd`, it writes the module to src/module-bytes.ts, which is committed
 * so that building needs no compiler; a test compiles again and compares.
 */
import { writeFile } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import asc from 'assemblyscript/asc';

const target = new URL('src/module-bytes.ts', import.meta.url);

/** The source of src/module-bytes.ts. */
export async function compiledSource() {
  const files = new Map();
  const messages = [];
  const { error } = await asc.main(
    [
      'index.ts',
      ...['--baseDir', fileURLToPath(new URL('assembly', import.meta.url))],
      ...['-O3', '--noAssert', '--enable', 'simd', '--runtime', 'stub'],
      ...['--importMemory', '--initialMemory', '4', '--maximumMemory', '4'],
      ...['--outFile', 'module.wasm'],
    ],
    {
      writeFile: (name, contents) => files.set(name, contents),
      stderr: { write: (text) => messages.push(text) },
    },
  );
  if (error !== null) throw new Error(`${error.message}\n${messages.join('')}`);
  const lines = Buffer.from(files.get('module.wasm'))
    .toString('base64')
    .match(/.{1,90}/g);
  return [
    '// Compiled from assembly/ by: npm run simd',
    '',
    '/** The WebAssembly module, in base64. */',
    'export const moduleBytes = [',
    ...lines.map((line) => `  '${line}',`),
    "].join('');",
    '',
  ].join('\n');
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await writeFile(target, await compiledSource());
}
