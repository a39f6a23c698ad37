import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { MsanetError } from '@msanet/tensor';
import { z } from 'zod';
import { checkModelOptions, modelOptionFields, type ModelOptions } from './model-options.js';
import { parseManifestText } from './parse-manifest.js';

const schema = z
  .strictObject({
    model: z.string().min(1).optional(),
    labels: z.union([z.string().min(1), z.array(z.string().min(1))]).optional(),
    ...modelOptionFields,
  })
  .check(checkModelOptions);

/** A model's manifest, beside its file: what the file does not say. */
export interface Manifest extends ModelOptions {
  /** The ONNX file. */
  readonly model?: string | undefined;
  /** Class names, in the order of the logits. */
  readonly labels?: readonly string[] | undefined;
}

/**
 * Reads a manifest, a YAML file (`.yaml`, `.yml`) or a JSON file. Its paths, `model` and a `labels` that is a text file with
 * one class name a line, are relative to it.
 *
 * @returns the manifest with absolute paths and the labels read
 * @throws MsanetError `FILE_NOT_FOUND`, or `OPTION_INVALID` naming the line or the field that is wrong
 */
export async function readManifest(path: string): Promise<Manifest> {
  const { model, labels, ...rest } = parseManifest(await readText(path, 'a manifest'), path);
  const beside = (file: string): string => resolve(dirname(path), file);
  return {
    ...rest,
    ...(model === undefined ? {} : { model: beside(model) }),
    ...(labels === undefined
      ? {}
      : { labels: typeof labels === 'string' ? await readLines(beside(labels)) : labels }),
  };
}

function parseManifest(text: string, path: string): z.infer<typeof schema> {
  const parsed = schema.safeParse(parseManifestText(text, path));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = issue.path.join('.');
  const unknown = issue.code === 'unrecognized_keys' ? issue.keys.join(', ') : undefined;
  throw new MsanetError({
    code: 'OPTION_INVALID',
    where: field === '' ? path : `${path}, ${field}`,
    expected:
      unknown === undefined
        ? `another value (${issue.message})`
        : `only the fields ${Object.keys(schema.shape).join(', ')}`,
    got: unknown ?? 'one that does not fit',
    remedy: 'correct the manifest; msanet doctor --model proposes one',
    cause: parsed.error,
  });
}

async function readLines(path: string): Promise<string[]> {
  const lines = (await readText(path, 'a text file with one class name a line')).split(/\r?\n/);
  return lines.map((line) => line.trim()).filter((line) => line !== '');
}

async function readText(path: string, expected: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new MsanetError({
      code: 'FILE_NOT_FOUND',
      where: path,
      expected,
      got: (error as NodeJS.ErrnoException).code ?? 'an unreadable file',
      remedy: 'check the path',
      cause: error,
    });
  }
}
