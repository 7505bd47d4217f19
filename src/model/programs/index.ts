import gptModel from './gpt/model.ts?raw';
import gptOptimizer from './gpt/optimizer.ts?raw';
import microgptModel from './microgpt/model.ts?raw';
import microgptOptimizer from './microgpt/optimizer.ts?raw';
import type { ProgramSource } from './program';

/** A program that comes with the lab, as text. */
export interface Preset {
  /** What `--program` and links call it. */
  readonly name: string;
  readonly title: string;
  /** One line for a menu. */
  readonly description: string;
  readonly source: ProgramSource;
}

/** The first one is the default. */
export const PRESETS: readonly [Preset, ...Preset[]] = [
  {
    name: 'microgpt',
    title: 'MicroGPT',
    description: 'A GPT in its fewest parts: one layer, learned positions, ReLU, Adam.',
    source: { model: microgptModel, optimizer: microgptOptimizer },
  },
  {
    name: 'gpt',
    title: 'GPT',
    description:
      'What small models of today share: RoPE, QK-norm, squared ReLU, a soft cap, AdamW.',
    source: { model: gptModel, optimizer: gptOptimizer },
  },
];

/** The preset of that name, or undefined. */
export function presetNamed(name: string): Preset | undefined {
  return PRESETS.find((preset) => preset.name === name);
}
