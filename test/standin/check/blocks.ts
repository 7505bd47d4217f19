import { Violation } from '../errors.ts';
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

const TOOL_USE_ID = /^[a-zA-Z0-9_-]+$/;

/** The blocks that a turn of each role may hold; others of the API are not spoken by the stand-in. */
const ALLOWED = {
  user: ['text', 'image', 'document', 'tool_result'],
  assistant: ['text', 'thinking', 'redacted_thinking', 'tool_use'],
  system: ['text'],
} as const;

export type Role = keyof typeof ALLOWED;

/** Checks the content of a turn by itself: the fields and the text of each of its blocks. */
export function checkContent(content: unknown, role: Role, path: string): Fields[] {
  if (typeof content === 'string') {
    checkText(content, path, false);
    return [{ type: 'text', text: content }];
  }
  return asArray(content, path).map((value, index) => {
    const at = `${path}.${index}`;
    const block = asObject(value, at);
    const type = oneOf(block.type, `${at}.type`, ALLOWED[role]);
    CHECKS[type](block, at);
    return block;
  });
}

/** The system prompt: a string, or text blocks that may carry breakpoints. */
export function checkSystem(system: unknown): void {
  if (!given(system)) return;
  if (typeof system === 'string') return;
  for (const [index, value] of asArray(system, 'system').entries()) {
    const block = asObject(value, `system.${index}`);
    oneOf(block.type, `system.${index}.type`, ['text']);
    checkTextBlock(block, `system.${index}`);
  }
}

type BlockType = (typeof ALLOWED)[Role][number];

const CHECKS: Record<BlockType, (block: Fields, path: string) => void> = {
  text: checkTextBlock,
  image: checkSourceBlock,
  document: checkSourceBlock,
  tool_result: checkToolResult,
  thinking: (block, path) => {
    onlyFields(block, path, ['type', 'thinking', 'signature']);
    asText(block.thinking, `${path}.thinking`);
    asText(block.signature, `${path}.signature`);
  },
  redacted_thinking: (block, path) => {
    onlyFields(block, path, ['type', 'data']);
    asText(block.data, `${path}.data`);
  },
  tool_use: (block, path) => {
    onlyFields(block, path, [
      'type',
      'id',
      'name',
      'input',
      'cache_control',
      'caller',
      'toolset_name',
    ]);
    checkId(block.id, `${path}.id`);
    asText(block.name, `${path}.name`);
    asObject(block.input, `${path}.input`);
    checkCacheControl(block.cache_control, `${path}.cache_control`);
  },
};

function checkTextBlock(block: Fields, path: string): void {
  onlyFields(block, path, ['type', 'text', 'cache_control', 'citations']);
  checkText(block.text, `${path}.text`, given(block.cache_control));
  checkCacheControl(block.cache_control, `${path}.cache_control`);
}

function checkText(value: unknown, path: string, marked: boolean): void {
  const text = asText(value, path);
  if (text === '' && marked)
    throw new Violation(`${path}: cache_control cannot be set for empty text blocks`);
  if (text === '') throw new Violation(`${path}: text content blocks must be non-empty`);
  if (text.trim() === '')
    throw new Violation(`${path}: text content blocks must contain non-whitespace text`);
}

function checkSourceBlock(block: Fields, path: string): void {
  asObject(block.source, `${path}.source`);
  checkCacheControl(block.cache_control, `${path}.cache_control`);
}

/** A tool may answer with nothing at all, but not with a text block that holds nothing. */
function checkToolResult(block: Fields, path: string): void {
  onlyFields(block, path, [
    'type',
    'tool_use_id',
    'content',
    'is_error',
    'cache_control',
    'toolset_name',
  ]);
  checkId(block.tool_use_id, `${path}.tool_use_id`);
  checkCacheControl(block.cache_control, `${path}.cache_control`);
  if (block.is_error !== undefined) asBoolean(block.is_error, `${path}.is_error`);
  if (block.content === undefined || typeof block.content === 'string') return;
  for (const [index, value] of asArray(block.content, `${path}.content`).entries()) {
    const at = `${path}.content.${index}`;
    const inner = asObject(value, at);
    const type = oneOf(inner.type, `${at}.type`, ['text', 'image', 'document']);
    CHECKS[type](inner, at);
  }
}

function checkId(value: unknown, path: string): void {
  if (!TOOL_USE_ID.test(asText(value, path)))
    throw new Violation(`${path}: String should match pattern '${TOOL_USE_ID.source}'`);
}
