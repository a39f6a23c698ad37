import type { CheckpointValue } from './value.js';

/** A Python class or function that a checkpoint names. Nothing is ever looked up, imported or called. */
export class InertClass {
  readonly module: string;
  readonly name: string;

  constructor(module: string, name: string) {
    this.module = module;
    this.name = name;
  }

  /** Module and name with a dot between them, such as `os.system`. */
  get qualifiedName(): string {
    return `${this.module}.${this.name}`;
  }
}

/** An object that the reader does not build: what the file says about it, as plain data. */
export class InertValue {
  /** The class or function that Python would have called, such as `os.system`; `<call>` when that is itself an object. */
  readonly class: string;
  /** The arguments of that call. */
  readonly args: readonly CheckpointValue[];
  /** The attributes that Python would have set, usually a map; undefined when the file gives none. */
  state: CheckpointValue | undefined;
  /** The items of an object that is a list or a set; undefined when the file gives none. */
  items: CheckpointValue[] | undefined;
  /** The entries of an object that is a dictionary; undefined when the file gives none. */
  entries: Map<CheckpointValue, CheckpointValue> | undefined;

  constructor(className: string, args: readonly CheckpointValue[]) {
    this.class = className;
    this.args = args;
  }
}
