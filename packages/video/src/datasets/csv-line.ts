/**
 * Splits one line of comma-separated values; fields may stand in double quotes (RFC 4180), which then do not reach over the
 * end of the line.
 */
export function splitCsvLine(text: string): string[] {
  const fields: string[] = [];
  let field = '';
  let quoted = false;
  for (let index = 0; index < text.length; index++) {
    const character = text[index];
    if (character === '"') {
      // Two quotes inside a quoted field stand for one.
      if (quoted && text[index + 1] === '"') field += text[++index];
      else quoted = !quoted;
    } else if (character === ',' && !quoted) {
      fields.push(field.trim());
      field = '';
    } else {
      field += character;
    }
  }
  return [...fields, field.trim()];
}

/** Where the columns of a list are, 0-based. */
export interface ListColumns {
  readonly path: number;
  readonly label?: number;
  readonly frames?: number;
}

const pathNames = ['path', 'video_path', 'video', 'file', 'filename', 'clip', 'id', 'name'];
const labelNames = ['label', 'target', 'gt_label', 'class', 'class_id', 'label_id'];
const framesNames = ['num_frames', 'total_frames', 'n_frames', 'frames', 'duration'];

/**
 * Understands the head line of a list with named columns, such as `path,duration,target` or `path,gt_label,clip_index`.
 *
 * @returns nothing where the line is no head line
 */
export function listColumns(head: string): ListColumns | undefined {
  if (!head.includes(',')) return undefined;
  const names = splitCsvLine(head).map((name) => name.toLowerCase());
  const column = (known: readonly string[]): number | undefined => {
    const position = known.map((name) => names.indexOf(name)).find((found) => found >= 0);
    return position;
  };
  const path = column(pathNames);
  const label = column(labelNames);
  const frames = column(framesNames);
  if (path === undefined) return undefined;
  return {
    path,
    ...(label === undefined ? {} : { label }),
    ...(frames === undefined ? {} : { frames }),
  };
}
