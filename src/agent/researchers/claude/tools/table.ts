import type Anthropic from '@anthropic-ai/sdk';
import { fenced } from '../../../document/fence';
import { messageOf } from '../../../loop/waiting';
import type { Desk, Instruments } from '../desk';
import { check } from './check';
import { diagnostics } from './diagnostics';
import { giveUp } from './give-up';
import { noteInsight } from './note-insight';
import { probe } from './probe';
import { propose } from './propose';
import { readExperiment } from './read-experiment';
import { readHistory } from './read-history';
import { readProgram } from './read-program';
import { replace } from './replace';
import { startFrom } from './start-from';
import { type Answer, refused, type Tool } from './tool';
import { writeFile } from './write-file';

/** Every tool. Their order is part of the cached prompt: new ones go to the end. */
const TOOLS: readonly Tool[] = [
  readProgram,
  replace,
  writeFile,
  check,
  probe,
  propose,
  readHistory,
  readExperiment,
  startFrom,
  noteInsight,
  giveUp,
  diagnostics,
];

export function toolsFor(instruments: Instruments): readonly Tool[] {
  return TOOLS.filter(({ needs }) => needs === undefined || instruments[needs] !== undefined);
}

/** The tools as the API is told of them. */
export function toolDeclarations(tools: readonly Tool[]): Anthropic.Tool[] {
  return tools.map(({ name, description, input }) => ({
    name,
    description,
    input_schema: input.json as Anthropic.Tool.InputSchema,
  }));
}

/** Runs one call; whatever is wrong with it becomes an answer that the model can act on. */
export async function runTool(
  tools: readonly Tool[],
  name: string,
  raw: unknown,
  desk: Desk,
  signal: AbortSignal,
): Promise<Answer> {
  const tool = tools.find((each) => each.name === name);
  if (!tool)
    return refused(
      `There is no tool of that name; there are: ${tools.map((each) => each.name).join(', ')}.`,
    );
  const input = tool.input.read(raw, 'input');
  if (!input.ok)
    return refused(`Nothing was done:\n${input.problems.map((each) => `- ${each}`).join('\n')}`);
  try {
    return await tool.run(input.value, desk, signal);
  } catch (error) {
    signal.throwIfAborted();
    return refused(
      `${name} failed in the lab itself. Try again, or go on without it.\n\n${fenced('error', messageOf(error))}`,
    );
  }
}
