import type Anthropic from '@anthropic-ai/sdk';
import { Violation } from './errors.ts';

export type ThinkingType = Anthropic.ThinkingConfigParam['type'];

export type Effort = 'low' | 'medium' | 'high' | 'xhigh' | 'max';

/** What the stand-in knows of a model: what `/v1/models` tells, and what the checker needs besides. */
export interface StandInModel {
  id: string;
  displayName: string;
  createdAt: string;
  line: Anthropic.ModelInfo['line'];
  maxInputTokens: number;
  maxTokens: number;
  /** The `thinking.type` values that this model accepts. */
  thinking: ThinkingType[];
  /** The values of `output_config.effort` that it accepts. */
  efforts: Effort[];
  /** Whether the conversation may end with an assistant turn for the model to continue. */
  prefill: boolean;
  /** Whether a `system` turn may stand in mid-conversation. */
  systemTurns: boolean;
  /** Prefixes shorter than this are not cached, in tokens. */
  minimumCache: number;
}

/**
 * Three models of three kinds: with adaptive thinking alone, with every kind of thinking, and an
 * older one that takes a budget. Their limits are the stand-in's own; the shapes are the API's.
 * The longest minimum that is documented for any model (4,096) is the one used where none is known.
 */
export const MODELS: StandInModel[] = [
  {
    id: 'claude-opus-5-5',
    displayName: 'Claude Opus 5.5',
    createdAt: '2026-09-15T00:00:00Z',
    line: 'opus',
    maxInputTokens: 1_000_000,
    maxTokens: 128_000,
    thinking: ['adaptive', 'disabled'],
    efforts: ['low', 'medium', 'high', 'xhigh', 'max'],
    prefill: false,
    systemTurns: true,
    minimumCache: 4096,
  },
  {
    id: 'claude-sonnet-5-5',
    displayName: 'Claude Sonnet 5.5',
    createdAt: '2026-08-20T00:00:00Z',
    line: 'sonnet',
    maxInputTokens: 1_000_000,
    maxTokens: 64_000,
    thinking: ['adaptive', 'between_tools', 'disabled', 'enabled'],
    efforts: ['low', 'medium', 'high'],
    prefill: false,
    systemTurns: true,
    minimumCache: 1024,
  },
  {
    id: 'claude-haiku-4-5',
    displayName: 'Claude Haiku 4.5',
    createdAt: '2025-10-15T00:00:00Z',
    line: 'haiku',
    maxInputTokens: 200_000,
    maxTokens: 64_000,
    thinking: ['enabled', 'disabled'],
    efforts: [],
    prefill: true,
    systemTurns: false,
    minimumCache: 4096,
  },
];

/** A page of `/v1/models`, newest first, by `limit` and `after_id` or `before_id`. */
export function modelPage(models: StandInModel[], query: URLSearchParams) {
  const limit = Number(query.get('limit') ?? 20);
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000)
    throw new Violation(`limit: must be a whole number from 1 to 1000, got ${query.get('limit')}`);
  const after = query.get('after_id');
  const before = query.get('before_id');
  if (after !== null && before !== null)
    throw new Violation('after_id and before_id: only one of them can be given');
  const at = (id: string, name: string) => {
    const index = models.findIndex((model) => model.id === id);
    if (index < 0) throw new Violation(`${name}: no model has the id ${id}`);
    return index;
  };
  const start = after === null ? 0 : at(after, 'after_id') + 1;
  const end = before === null ? models.length : at(before, 'before_id');
  const range = models.slice(start, end);
  const page = before === null ? range.slice(0, limit) : range.slice(-limit);
  return {
    data: page.map(modelInfo),
    has_more: range.length > page.length,
    first_id: page[0]?.id ?? null,
    last_id: page.at(-1)?.id ?? null,
  };
}

export function modelInfo(model: StandInModel): Anthropic.ModelInfo {
  const yes = { supported: true };
  const no = { supported: false };
  const effort = (level: Effort) => (model.efforts.includes(level) ? yes : no);
  const can = (type: ThinkingType) => (model.thinking.includes(type) ? yes : no);
  return {
    type: 'model',
    id: model.id,
    display_name: model.displayName,
    created_at: model.createdAt,
    deprecated_at: null,
    retires_at: null,
    lifecycle: 'active',
    line: model.line,
    max_input_tokens: model.maxInputTokens,
    max_tokens: model.maxTokens,
    capabilities: {
      batch: yes,
      citations: yes,
      code_execution: no,
      context_management: {
        supported: false,
        clear_thinking_20251015: no,
        clear_tool_uses_20250919: no,
        compact_20260112: no,
      },
      effort: {
        supported: model.efforts.length > 0,
        low: effort('low'),
        medium: effort('medium'),
        high: effort('high'),
        xhigh: effort('xhigh'),
        max: effort('max'),
      },
      image_input: yes,
      pdf_input: yes,
      server_tools: { supported: false, code_execution: no, web_search: no },
      structured_outputs: yes,
      thinking: {
        supported: model.thinking.some((type) => type === 'adaptive' || type === 'enabled'),
        types: {
          adaptive: can('adaptive'),
          between_tools: can('between_tools'),
          disabled: can('disabled'),
          enabled: can('enabled'),
        },
      },
    },
  };
}
