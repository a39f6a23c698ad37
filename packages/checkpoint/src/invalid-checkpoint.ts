import { MsanetError } from '@msanet/tensor';

/** Makes the error for what is wrong at a place that the maker knows: the opcode that is being read. */
export type Fail = (expected: string, got: string) => Error;

const saveAgain =
  'fetch the file again, or save it again with torch.save(model.state_dict(), path)';

/**
 * A `CHECKPOINT_INVALID` error.
 *
 * @param where the file and, where known, the entry, key or byte
 * @param remedy what to do about it; by default to fetch or save the file again
 */
export function invalidCheckpoint(
  where: string,
  expected: string,
  got: string,
  remedy: string = saveAgain,
  cause?: unknown,
): MsanetError {
  return new MsanetError({
    code: 'CHECKPOINT_INVALID',
    where: clip(where),
    expected: clip(expected),
    got: clip(got),
    remedy: clip(remedy),
    cause,
  });
}

/** Names come from the file and may be of any length and hold any characters; a sentence may not. */
function clip(text: string): string {
  const printable = text.slice(0, 301).replace(/\p{Cc}/gu, '\ufffd');
  return text.length <= 300 ? printable : `${printable.slice(0, 300)}…`;
}
