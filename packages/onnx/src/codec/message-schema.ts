/** Protobuf types that the ONNX schema uses, with what holds their values. */
export interface ScalarValues {
  int32: number;
  int64: bigint;
  uint64: bigint;
  float: number;
  double: number;
  string: string;
  bytes: Uint8Array;
}

/** A protobuf type of the ONNX schema. */
export type ScalarKind = keyof ScalarValues;

/** The protobuf types that hold a value of type `V`; a message is named by a function, since messages nest in themselves. */
type KindOf<V> = V extends Uint8Array
  ? 'bytes'
  : V extends string
    ? 'string'
    : V extends bigint
      ? 'int64' | 'uint64'
      : V extends number
        ? 'int32' | 'float' | 'double'
        : () => MessageSchema<V>;

/** A field of a message: its number, its type, and whether it is repeated, and if so written packed. */
export interface Field<K = ScalarKind | (() => AnyMessageSchema)> {
  readonly number: number;
  readonly kind: K;
  readonly repeated: boolean;
  readonly packed: boolean;
}

type FieldOf<V> = V extends readonly (infer E)[] ? Field<KindOf<E>> : Field<KindOf<V>>;

/** The fields of a message by the name that its interface gives them. */
export type MessageSchema<T> = { readonly [K in keyof T]-?: FieldOf<NonNullable<T[K]>> };

/** A message schema whose interface is not known. */
export type AnyMessageSchema = Readonly<Record<string, Field>>;

/** A field that occurs at most once. */
export const one = <K>(number: number, kind: K): Field<K> => ({
  number,
  kind,
  repeated: false,
  packed: false,
});

/** A repeated field. */
export const many = <K>(number: number, kind: K): Field<K> => ({
  number,
  kind,
  repeated: true,
  packed: false,
});

/** A repeated field of numbers that is written as one run of bytes. */
export const packed = <K>(number: number, kind: K): Field<K> => ({
  number,
  kind,
  repeated: true,
  packed: true,
});
