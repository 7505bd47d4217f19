import { UsageError } from './options';

/** The commands of the terminal: each loads only what it needs. */
const COMMANDS: Readonly<Record<string, () => Promise<{ run(args: string[]): Promise<number> }>>> =
  {
    trial: () => import('./trial'),
    lab: () => import('./lab'),
    follow: () => import('./follow'),
    replay: () => import('./replay'),
    aa: () => import('./aa'),
    power: () => import('./power'),
    report: () => import('./report'),
    parity: () => import('./parity'),
    plan: () => import('./plan'),
    cost: () => import('./cost'),
  };

/** Runs `npm run <command> -- <arguments>`; resolves to the exit code. */
export async function main([name = '', ...args]: string[]): Promise<number> {
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!load) {
    const known = Object.keys(COMMANDS).join(', ');
    console.error(`There is no command ${name || '(none given)'}; there are: ${known}`);
    return 2;
  }
  try {
    return await (await load()).run(args);
  } catch (error) {
    if (error instanceof UsageError) {
      console.error(error.message);
      return 2;
    }
    console.error(error instanceof Error ? error.stack : error);
    return 1;
  }
}
