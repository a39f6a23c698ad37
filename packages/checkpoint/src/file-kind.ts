import type { CheckpointFormat } from './checkpoint.js';

/** What the first bytes of a file say it is: a container that is read, or what else it is in words. */
export type FileKind =
  | { readonly format: CheckpointFormat }
  | { readonly format: undefined; readonly what: string; readonly remedy?: string };

/** Files that people pass by mistake, by the bytes at an offset. */
const others: readonly {
  readonly offset: number;
  readonly bytes: string;
  readonly what: string;
  readonly remedy?: string;
}[] = [
  {
    offset: 0,
    bytes: 'version https://git-lfs',
    what: 'a Git LFS pointer, not the file itself',
    remedy: 'run git lfs pull, or download the file from its page',
  },
  {
    offset: 257,
    bytes: 'ustar',
    what: 'a tar archive',
    remedy: 'unpack it; a checkpoint of PyTorch before 0.2 must be saved again with a newer one',
  },
  { offset: 4, bytes: 'ftyp', what: 'an MP4 video' },
  { offset: 0, bytes: 'RIFF', what: 'an AVI, WAV or WebP file' },
  { offset: 0, bytes: '\x1a\x45\xdf\xa3', what: 'a Matroska or WebM video' },
  { offset: 0, bytes: '\x89PNG', what: 'a PNG image' },
  { offset: 0, bytes: '\xff\xd8\xff', what: 'a JPEG image' },
  { offset: 0, bytes: '\x93NUMPY', what: 'a NumPy array' },
  { offset: 0, bytes: '\x89HDF', what: 'an HDF5 file' },
  { offset: 0, bytes: '\x1f\x8b', what: 'a gzip file', remedy: 'decompress it with gunzip first' },
  { offset: 0, bytes: '7z\xbc\xaf', what: 'a 7z archive', remedy: 'unpack it first' },
  { offset: 0, bytes: '%PDF', what: 'a PDF file' },
];

/** Tells by content what kind of file it is; the name plays no part. */
export function fileKindOf(file: Uint8Array): FileKind {
  const start = Buffer.from(file.buffer, file.byteOffset, Math.min(file.length, 512));
  const text = start.toString('latin1');
  if (text.startsWith('PK\x03\x04') || text.startsWith('PK\x05\x06')) {
    return { format: 'pytorch-zip' };
  }
  if (file[0] === 0x80 && file[1] >= 2 && file[1] <= 5) return { format: 'pytorch-stream' };
  // The length of the header takes the first eight bytes; no file is long enough to need the last of them.
  if (file[7] === 0 && file[8] === 0x7b) return { format: 'safetensors' };
  const other = others.find(({ offset, bytes }) => text.startsWith(bytes, offset));
  if (other !== undefined) return { format: undefined, ...other };
  return { format: undefined, what: describeStart(start, text) };
}

function describeStart(start: Buffer, text: string): string {
  if (start.length === 0) return 'an empty file';
  if (/^\s*<(!doctype|html)/i.test(text)) return 'a web page';
  if (/^[\t\n\r\x20-\x7e\x80-\xff]+$/.test(text)) return 'a text file';
  return `a file that begins with the bytes ${start.subarray(0, 8).toString('hex')}`;
}
