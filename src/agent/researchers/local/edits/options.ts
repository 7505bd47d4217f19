import type { CallExpression, Expression, ObjectExpression } from '@babel/types';
import { keyOf } from '../syntax/nodes';
import type { Source } from '../syntax/source';

/** The value of an option, or null. */
export function optionOf(
  options: ObjectExpression | null | undefined,
  name: string,
): Expression | null {
  const property = options?.properties.find((p) => keyOf(p) === name);
  return property?.type === 'ObjectProperty' ? (property.value as Expression) : null;
}

/** Writes an option that is not there yet as the call's last argument. */
export function addOption(source: Source, call: CallExpression, name: string, value: string): void {
  const last = call.arguments.at(-1)!;
  if (last.type === 'ObjectExpression') source.addProperty(last, `${name}: ${value}`);
  else source.append(last, `, { ${name}: ${value} }`);
}

/** Takes out an option, and the whole object with its last one. */
export function removeOption(source: Source, call: CallExpression, name: string): void {
  const options = call.arguments.at(-1)!;
  if (options.type !== 'ObjectExpression') return;
  const property = options.properties.find((p) => keyOf(p) === name);
  if (!property) return;
  if (options.properties.length === 1) source.removeItem(options, call.arguments);
  else source.removeItem(property, options.properties);
}
