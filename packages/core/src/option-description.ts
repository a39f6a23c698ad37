import { z } from 'zod';
import type { OptionsOwner } from './plugin-options.js';

/** An option of a plugin, for people. */
export interface OptionDescription {
  readonly name: string;
  /** What it takes: `number`, `boolean`, `sign | proportional` … */
  readonly type: string;
  readonly default?: unknown;
  readonly required: boolean;
  readonly description: string;
}

interface PropertySchema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly PropertySchema[];
  readonly default?: unknown;
  readonly description?: string;
}

/** The options that a plugin's schema declares. */
export function describeOptions(plugin: OptionsOwner): OptionDescription[] {
  const schema = z.toJSONSchema(plugin.options, { io: 'input', unrepresentable: 'any' }) as {
    properties?: Record<string, PropertySchema>;
    required?: string[];
  };
  return Object.entries(schema.properties ?? {}).map(([name, property]) => ({
    name,
    type: typeOf(property),
    ...(property.default === undefined ? {} : { default: property.default }),
    required: schema.required?.includes(name) ?? false,
    description: property.description ?? '',
  }));
}

function typeOf(property: PropertySchema): string {
  if (property.enum !== undefined) return property.enum.join(' | ');
  if (property.anyOf !== undefined) return property.anyOf.map(typeOf).join(' | ');
  return property.type ?? 'value';
}
