import { describe, expect, it } from 'vitest';
import { prepareProgram } from '../../../src/model/harness/prepare';
import { presetNamed } from '../../../src/model/programs';
import { loadSandbox } from '../../../src/model/sandbox/sandbox';

const sandbox = await loadSandbox();
const { source } = presetNamed('microgpt')!;

async function drawsWith(from: string, to: string) {
  const edited = { ...source, model: source.model.replaceAll(from, to) };
  if (from !== to) expect(edited.model).not.toBe(source.model);
  const target = { vocab: 27, context: 16, evaluationBatch: 2 };
  return (await prepareProgram(sandbox, edited, target)).draws;
}

describe('what a program draws from its seed', () => {
  it('is the same at another scale, and other under another name', async () => {
    const own = await drawsWith('', '');
    expect(await drawsWith('initStd: 0.08', 'initStd: 0.02')).toBe(own);
    expect(await drawsWith('attn_wq', 'attn_query')).not.toBe(own);
  });
});
