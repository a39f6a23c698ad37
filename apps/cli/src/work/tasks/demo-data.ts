import { generateDemoActions, renderContactSheet, type ClipSelection } from '@msanet/demo-actions';
import { writeFileAtomically } from '@msanet/video';
import type { TaskContext } from '../task.js';

/** What to make. */
export interface DemoDataInput {
  /** The folder of the data set; absent where only its contact sheet is wanted. */
  readonly out: string | undefined;
  readonly seed: number;
  readonly selection: ClipSelection;
  /** PNG file for the contact sheet. */
  readonly contactSheet: string | undefined;
}

/** What was made. */
export interface DemoDataResult {
  readonly seed: number;
  readonly dataset?: { readonly root: string; readonly made: number; readonly kept: number };
  readonly contactSheet?: string;
}

/** Makes demo-actions, its contact sheet, or both. */
export async function demoData(
  { out, seed, selection, contactSheet }: DemoDataInput,
  { signal, progress }: TaskContext,
): Promise<DemoDataResult> {
  const dataset =
    out === undefined
      ? undefined
      : await generateDemoActions({
          ...selection,
          root: out,
          seed,
          signal,
          onProgress: ({ id, done, total }) => progress({ subject: id, step: done, steps: total }),
        });
  if (contactSheet !== undefined) {
    await writeFileAtomically(contactSheet, await renderContactSheet({ seed }));
  }
  return {
    seed,
    ...(dataset === undefined ? {} : { dataset }),
    ...(contactSheet === undefined ? {} : { contactSheet }),
  };
}
