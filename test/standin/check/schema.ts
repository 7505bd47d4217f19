import { Violation } from '../errors.ts';
import { asArray, asObject, asText, type Fields, oneOf } from './shape.ts';

const TYPES = ['object', 'array', 'string', 'number', 'integer', 'boolean', 'null'] as const;
/** Keywords whose value is a schema, a list of schemas, and a map of schemas, in JSON Schema 2020-12. */
const ONE = [
  'items',
  'additionalProperties',
  'not',
  'contains',
  'propertyNames',
  'if',
  'then',
  'else',
];
const LISTS = ['anyOf', 'allOf', 'oneOf', 'prefixItems'];
const MAPS = ['properties', '$defs', 'definitions', 'patternProperties'];
const COUNTS = ['minLength', 'maxLength', 'minItems', 'maxItems', 'minProperties', 'maxProperties'];
const NUMBERS = ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'];

/** That a value is a schema of JSON Schema 2020-12 whose required fields exist. */
export function checkSchema(value: unknown, path: string, strict: boolean): void {
  if (typeof value === 'boolean') return;
  const schema = asObject(value, path);
  checkType(schema, path);
  if (schema.enum !== undefined && asArray(schema.enum, `${path}.enum`).length === 0)
    throw new Violation(`${path}.enum: List should have at least 1 item`);
  if (schema.description !== undefined) asText(schema.description, `${path}.description`);
  checkNumbers(schema, path);
  checkRequired(schema, path);
  if (strict && schema.type === 'object' && schema.additionalProperties !== false)
    throw new Violation(
      `${path}: For 'object' type, 'additionalProperties' must be explicitly set to false in a strict tool`,
    );
  for (const name of ONE)
    if (schema[name] !== undefined) checkSchema(schema[name], `${path}.${name}`, strict);
  for (const name of LISTS)
    if (schema[name] !== undefined)
      for (const [index, inner] of asArray(schema[name], `${path}.${name}`).entries())
        checkSchema(inner, `${path}.${name}.${index}`, strict);
  for (const name of MAPS)
    if (schema[name] !== undefined)
      for (const [key, inner] of Object.entries(asObject(schema[name], `${path}.${name}`)))
        checkSchema(inner, `${path}.${name}.${key}`, strict);
}

function checkType(schema: Fields, path: string): void {
  if (schema.type === undefined) return;
  const types = Array.isArray(schema.type) ? schema.type : [schema.type];
  if (types.length === 0) throw new Violation(`${path}.type: List should have at least 1 item`);
  for (const type of types) oneOf(type, `${path}.type`, TYPES);
}

function checkNumbers(schema: Fields, path: string): void {
  for (const name of [...COUNTS, ...NUMBERS])
    if (schema[name] !== undefined && !Number.isFinite(schema[name]))
      throw new Violation(`${path}.${name}: Input should be a number`);
  for (const name of COUNTS)
    if (
      schema[name] !== undefined &&
      !(Number.isInteger(schema[name]) && Number(schema[name]) >= 0)
    )
      throw new Violation(`${path}.${name}: Input should be a whole number of 0 or more`);
  if (schema.pattern !== undefined) {
    try {
      new RegExp(asText(schema.pattern, `${path}.pattern`), 'u');
    } catch (error) {
      throw new Violation(`${path}.pattern: ${(error as Error).message}`);
    }
  }
}

function checkRequired(schema: Fields, path: string): void {
  if (schema.required === undefined) return;
  const properties = schema.properties === undefined ? {} : asObject(schema.properties, path);
  const names = asArray(schema.required, `${path}.required`);
  for (const [index, name] of names.entries()) {
    const at = `${path}.required.${index}`;
    if (names.indexOf(name) !== index) throw new Violation(`${at}: "${name}" is listed twice`);
    if (!Object.hasOwn(properties, asText(name, at)))
      throw new Violation(`${at}: "${name}" is not among the properties`);
  }
}
