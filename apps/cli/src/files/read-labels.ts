import { readFile } from 'node:fs/promises';
import { MsanetError } from '@msanet/core';

/**
 * Reads class names, one a line, in the order of the classes. A leading index, as in `1 ApplyEyeMakeup` of UCF-101's
 * classInd.txt, is dropped where every line has one; empty lines and either kind of line end are fine.
 *
 * @throws MsanetError `FILE_NOT_FOUND` or `LABELS_INVALID`
 */
export async function readLabels(path: string): Promise<string[]> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new MsanetError({
      code: 'FILE_NOT_FOUND',
      where: path,
      expected: 'a text file with one class name a line',
      got: (error as NodeJS.ErrnoException).code ?? 'an unreadable file',
      remedy: 'check the path',
      cause: error,
    });
  }
  const lines = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const numbered = lines.length > 0 && lines.every((line) => /^\d+\s+\S/.test(line));
  const labels = numbered ? lines.map((line) => line.replace(/^\d+\s+/, '')) : lines;
  const repeated = labels.find((label, index) => labels.indexOf(label) !== index);
  if (labels.length > 0 && repeated === undefined) return labels;
  throw new MsanetError({
    code: 'LABELS_INVALID',
    where: path,
    expected: 'one class name a line, each once',
    got: repeated === undefined ? 'no names' : `${repeated} twice`,
    remedy: 'correct the file',
  });
}
