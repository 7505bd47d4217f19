import type Anthropic from '@anthropic-ai/sdk';
import { ApiFailure, Violation } from '../errors.ts';
import type { StandInModel } from '../models.ts';
import type { Signatures } from '../signatures.ts';
import { checkSystem } from './blocks.ts';
import { checkBreakpoints } from './breakpoints.ts';
import {
  asArray,
  asBoolean,
  asObject,
  asText,
  asWhole,
  type Fields,
  given,
  oneOf,
  onlyFields,
} from './shape.ts';
import {
  checkThinkingBlocks,
  checkThinkingConfig,
  checkThinkingLimits,
  type Issued,
} from './thinking.ts';
import { checkTools } from './tools.ts';
import { checkTurns } from './turns.ts';

/** Fields of the body in the API's version 2026-10-21, the one that the SDK sends. */
const SHARED = [
  'model',
  'messages',
  'system',
  'tools',
  'tool_choice',
  'thinking',
  'output_config',
  'cache_control',
  'speed',
];
const CREATE = [
  ...SHARED,
  'max_tokens',
  'stream',
  'stop_sequences',
  'metadata',
  'service_tier',
  'inference_geo',
  'diagnostics',
  'container',
];
/** Sampling was set by hand before that version; the old one, which other clients send, still takes it. */
const OLD_VERSION = '2023-06-01';
const SAMPLING = ['temperature', 'top_p', 'top_k'];

export interface CheckContext {
  models: StandInModel[];
  /** The request's `anthropic-version`. */
  version: string;
  signatures: Signatures;
  issued: Issued;
}

export interface Checked {
  body: Anthropic.MessageCreateParams;
  model: StandInModel;
  /** Whether the model may think in its answer. */
  thinks: boolean;
}

/** Holds a body of POST /v1/messages to the documented rules; the first that it breaks is thrown. */
export function checkCreate(value: unknown, context: CheckContext): Checked {
  const body = asObject(value, 'body');
  onlyFields(body, '', [...CREATE, ...(context.version === OLD_VERSION ? SAMPLING : [])]);
  const model = findModel(body, context.models);
  asWhole(body.max_tokens, 'max_tokens', 0, model.maxTokens);
  if (body.stream !== undefined) asBoolean(body.stream, 'stream');
  checkStops(body.stop_sequences);
  checkSampling(body);
  if (given(body.service_tier)) oneOf(body.service_tier, 'service_tier', ['auto', 'standard_only']);
  if (given(body.metadata)) {
    const metadata = asObject(body.metadata, 'metadata');
    onlyFields(metadata, 'metadata', ['user_id']);
    if (given(metadata.user_id)) asText(metadata.user_id, 'metadata.user_id');
  }
  return checkPrompt(body, model, context);
}

/** The same for POST /v1/messages/count_tokens, which takes the prompt and nothing of the answer. */
export function checkCount(value: unknown, context: CheckContext): Checked {
  const body = asObject(value, 'body');
  onlyFields(body, '', SHARED);
  return checkPrompt(body, findModel(body, context.models), context);
}

function checkPrompt(body: Fields, model: StandInModel, context: CheckContext): Checked {
  checkSystem(body.system);
  const turns = checkTurns(body.messages, model);
  checkTools(body, turns);
  const thinks = checkThinkingConfig(body, model);
  checkThinkingLimits(body, turns);
  checkThinkingBlocks(turns, thinks, context.signatures, context.issued);
  checkBreakpoints(body, turns);
  checkOutput(body.output_config, model);
  if (given(body.speed)) oneOf(body.speed, 'speed', ['standard', 'fast']);
  return { body: body as unknown as Anthropic.MessageCreateParams, model, thinks };
}

function findModel(body: Fields, models: StandInModel[]): StandInModel {
  const id = asText(body.model, 'model');
  const model = models.find((known) => known.id === id);
  if (!model) throw new ApiFailure(404, `model: ${id}`);
  return model;
}

function checkStops(value: unknown): void {
  if (!given(value)) return;
  for (const [index, stop] of asArray(value, 'stop_sequences').entries())
    if (asText(stop, `stop_sequences.${index}`).trim() === '')
      throw new Violation('stop_sequences: each stop sequence must contain non-whitespace');
}

function checkSampling(body: Fields): void {
  for (const name of ['temperature', 'top_p']) {
    const value = body[name];
    if (given(value) && !(typeof value === 'number' && value >= 0 && value <= 1))
      throw new Violation(`${name}: Input should be a number from 0 to 1`);
  }
  if (given(body.top_k)) asWhole(body.top_k, 'top_k', 0, 1e9);
}

function checkOutput(value: unknown, model: StandInModel): void {
  if (!given(value)) return;
  const output = asObject(value, 'output_config');
  onlyFields(output, 'output_config', ['effort', 'format']);
  if (given(output.effort))
    oneOf(output.effort, `output_config.effort (${model.id})`, model.efforts);
  if (!given(output.format)) return;
  const format = asObject(output.format, 'output_config.format');
  oneOf(format.type, 'output_config.format.type', ['json_schema']);
  asObject(format.schema, 'output_config.format.schema');
}
