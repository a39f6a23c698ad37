import { stat } from 'node:fs/promises';
import { MsanetError } from '@msanet/tensor';

/** A file or folder that exists. */
export interface LocalFile {
  readonly kind: 'file' | 'folder';
  /** Bytes. */
  readonly size: number;
}

/**
 * Looks up a path, without opening it.
 *
 * @throws MsanetError `FILE_NOT_FOUND` when it does not exist, cannot be read, or is a device or pipe
 */
export async function localFile(path: string): Promise<LocalFile> {
  try {
    const found = await stat(path);
    if (found.isDirectory()) return { kind: 'folder', size: 0 };
    if (found.isFile()) return { kind: 'file', size: found.size };
  } catch (cause) {
    throw notFound(path, describe(cause), cause);
  }
  throw notFound(path, 'a device or pipe');
}

/** The error for a file that cannot be opened or read. */
export function notFound(path: string, got: string, cause?: unknown): MsanetError {
  return new MsanetError({
    code: 'FILE_NOT_FOUND',
    where: path,
    expected: 'a file or folder that can be read',
    got,
    remedy: 'check the path and its permissions',
    cause,
  });
}

/** A system error in words. */
export function describe(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'an unknown error';
  const words: Readonly<Record<string, string>> = {
    ENOENT: 'nothing there',
    ENOTDIR: 'a path that goes through a file',
    EACCES: 'no permission',
    EPERM: 'no permission',
    EISDIR: 'a folder',
    EEXIST: 'a file in the way',
    EROFS: 'a read-only file system',
    ENOSPC: 'a full disk',
    ENAMETOOLONG: 'a name that is too long',
    ERR_INVALID_ARG_VALUE: 'a path with a null byte',
  };
  return words[code] ?? code;
}
