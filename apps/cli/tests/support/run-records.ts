import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The records of a run: `clips.jsonl` holds what was seen of each clip, `records.jsonl` what became of each attack. */
export async function runRecords<R>(
  folder: string,
  file: 'clips.jsonl' | 'records.jsonl',
): Promise<R[]> {
  const text = await readFile(join(folder, file), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as R);
}
