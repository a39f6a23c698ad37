import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MsanetError } from '@msanet/tensor';
import { writeFileAtomically } from '@msanet/video';

/** Raised with every change after which a clip has other bytes. */
export const demoActionsVersion = 1;

/** The name of the manifest in the data set's folder. */
export const manifestName = 'demo-actions.json';

/**
 * Makes sure that a folder is for the data set of a seed: it is new or empty, or its manifest says so. Then the files in it
 * are right, because each appears only when it is whole.
 *
 * @throws MsanetError `OUTPUT_UNWRITABLE` when the folder holds something else, or cannot be written
 */
export async function claimFolder(root: string, seed: number): Promise<void> {
  const manifest = `${JSON.stringify({ dataset: 'demo-actions', version: demoActionsVersion, seed }, null, 2)}\n`;
  const path = join(root, manifestName);
  const present = await readFile(path, 'utf8').catch(() => undefined);
  if (present === manifest) return;
  if (present !== undefined) throw foreign(root, 'clips of another seed or version');
  const entries = await readdir(root).catch(() => []);
  if (entries.length > 0) throw foreign(root, `other files, such as ${entries[0]}`);
  await writeFileAtomically(path, manifest);
}

function foreign(root: string, got: string): MsanetError {
  return new MsanetError({
    code: 'OUTPUT_UNWRITABLE',
    where: root,
    expected: 'a new or empty folder, or one with demo-actions of the same seed and version',
    got,
    remedy: 'choose another folder, or remove this one',
  });
}
