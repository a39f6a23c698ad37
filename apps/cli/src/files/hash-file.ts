import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';

/** Size and SHA-256 of a file; `undefined` where there is no regular file. */
export async function hashFile(
  path: string,
): Promise<{ readonly bytes: number; readonly sha256: string } | undefined> {
  const there = await stat(path).catch(() => undefined);
  if (there === undefined || !there.isFile()) return undefined;
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return { bytes: there.size, sha256: hash.digest('hex') };
}
