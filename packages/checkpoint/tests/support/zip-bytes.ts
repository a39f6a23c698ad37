import { crc32, deflateRawSync } from 'node:zlib';
import { uint } from './pickle-bytes.js';

/** An entry to be written, truthfully unless a field says otherwise. */
export interface ZipEntry {
  readonly name: string;
  readonly content: Uint8Array;
  readonly deflate?: boolean;
  /** Uncompressed size to claim. */
  readonly claimedSize?: number;
  /** Compressed size to claim; with none given it is the claimed size of a stored entry. */
  readonly claimedCompressedSize?: number;
  readonly method?: number;
  readonly encrypted?: boolean;
}

/** A zip archive (PKWARE APPNOTE 6.3, without zip64); contents begin at multiples of 64 as torch.save places them. */
export function zip(entries: readonly ZipEntry[], claimedEntries = entries.length): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let position = 0;
  const add = (part: Buffer) => {
    parts.push(part);
    position += part.length;
  };
  for (const entry of entries) {
    const name = Buffer.from(entry.name);
    const content = entry.deflate ? deflateRawSync(entry.content) : Buffer.from(entry.content);
    const size = entry.claimedSize ?? entry.content.length;
    const stored = entry.deflate ? content.length : size;
    const common = [
      uint(20, 2),
      uint(entry.encrypted ? 0x801 : 0x800, 2),
      uint(entry.method ?? (entry.deflate ? 8 : 0), 2),
      uint(0, 4),
      uint(crc32(entry.content), 4),
      uint(entry.claimedCompressedSize ?? stored, 4),
      uint(size, 4),
      uint(name.length, 2),
    ];
    const start = position;
    const unpadded = position + 30 + name.length + 4;
    const padding = (64 - (unpadded % 64)) % 64;
    const extra = Buffer.concat([Buffer.from('FB'), uint(padding, 2), Buffer.alloc(padding)]);
    add(Buffer.concat([Buffer.from('PK\x03\x04'), ...common, uint(extra.length, 2), name, extra]));
    add(content);
    directory.push(
      Buffer.concat([
        Buffer.from('PK\x01\x02'),
        uint(20, 2),
        ...common,
        Buffer.alloc(12),
        uint(start, 4),
        name,
      ]),
    );
  }
  const directoryBytes = Buffer.concat(directory);
  const end = [
    Buffer.from('PK\x05\x06'),
    uint(0, 4),
    uint(claimedEntries, 2),
    uint(claimedEntries, 2),
    uint(directoryBytes.length, 4),
    uint(position, 4),
    uint(0, 2),
  ];
  return Buffer.concat([...parts, directoryBytes, ...end]);
}
