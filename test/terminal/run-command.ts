import { vi } from 'vitest';
import { main } from '../../src/terminal/main';

export interface CommandOutput {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** The last line of standard output, as JSON. */
  json(): unknown;
}

/** Runs `npm run <args>` in this process, with what it prints caught. */
export async function runCommand(...args: string[]): Promise<CommandOutput> {
  const out: string[] = [];
  const err: string[] = [];
  const spies = [
    vi.spyOn(console, 'log').mockImplementation((text) => out.push(`${text}\n`)),
    vi.spyOn(console, 'error').mockImplementation((text) => err.push(`${text}\n`)),
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => err.push(String(text)) > 0),
  ];
  try {
    const code = await main(args);
    const text = out.join('');
    return {
      code,
      out: text,
      err: err.join(''),
      json: () => JSON.parse(text.trimEnd().split('\n').at(-1)!),
    };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}
