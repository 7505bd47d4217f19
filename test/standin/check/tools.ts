import { Violation } from '../errors.ts';
import { checkSchema } from './schema.ts';
import {
  asArray,
  asBoolean,
  asObject,
  asText,
  checkCacheControl,
  type Fields,
  given,
  oneOf,
  onlyFields,
} from './shape.ts';
import type { Turn } from './turns.ts';

const NAME = /^[a-zA-Z0-9_-]{1,128}$/;

/** The tools themselves, the choice among them, and that a conversation with calls still has them. */
export function checkTools(body: Fields, turns: Turn[]): void {
  const tools = given(body.tools) ? asArray(body.tools, 'tools') : [];
  const names = new Set<string>();
  for (const [index, value] of tools.entries()) {
    const name = checkTool(asObject(value, `tools.${index}`), `tools.${index}`);
    if (names.has(name)) throw new Violation(`tools: Tool names must be unique: ${name}`);
    names.add(name);
  }
  checkChoice(body.tool_choice, names);
  const uses = turns.some(({ blocks }) =>
    blocks.some(({ type }) => type === 'tool_use' || type === 'tool_result'),
  );
  if (uses && tools.length === 0)
    throw new Violation(
      'tools: Requests which include `tool_use` or `tool_result` blocks must define tools.',
    );
}

function checkTool(tool: Fields, path: string): string {
  onlyFields(tool, path, [
    'name',
    'description',
    'input_schema',
    'cache_control',
    'type',
    'strict',
    'input_examples',
    'eager_input_streaming',
    'defer_loading',
    'allowed_callers',
  ]);
  if (given(tool.type)) oneOf(tool.type, `${path}.type`, ['custom']);
  const name = asText(tool.name, `${path}.name`);
  if (!NAME.test(name))
    throw new Violation(`${path}.name: String should match pattern '${NAME.source}', got ${name}`);
  if (tool.description !== undefined) asText(tool.description, `${path}.description`);
  if (tool.strict !== undefined) asBoolean(tool.strict, `${path}.strict`);
  const schema = asObject(tool.input_schema, `${path}.input_schema`);
  if (schema.type !== 'object')
    throw new Violation(`${path}.input_schema.type: Input should be 'object'`);
  checkSchema(schema, `${path}.input_schema`, tool.strict === true);
  checkCacheControl(tool.cache_control, `${path}.cache_control`);
  return name;
}

function checkChoice(value: unknown, names: Set<string>): void {
  if (!given(value)) return;
  const choice = asObject(value, 'tool_choice');
  const type = oneOf(choice.type, 'tool_choice.type', ['auto', 'any', 'tool', 'none']);
  const fields = ['type', 'disable_parallel_tool_use', 'name'];
  onlyFields(choice, 'tool_choice', fields.slice(0, { none: 1, auto: 2, any: 2, tool: 3 }[type]));
  if (names.size === 0)
    throw new Violation('tool_choice: tool_choice may only be specified while providing tools');
  if (type === 'tool' && !names.has(asText(choice.name, 'tool_choice.name')))
    throw new Violation(`tool_choice.name: Tool '${choice.name}' not found in provided tools`);
  if (choice.disable_parallel_tool_use !== undefined)
    asBoolean(choice.disable_parallel_tool_use, 'tool_choice.disable_parallel_tool_use');
}
