import { modelEdit } from '../edit';
import { isCall, isName } from '../syntax/nodes';
import type { Source } from '../syntax/source';
import { branchesOf, type Gpt, gptOf, headOf, streamNorms } from './gpt';
import { addOption, optionOf, removeOption } from './options';
import {
  addInitialAfter,
  initialOf,
  isParam,
  paramKey,
  paramText,
  removeInitial,
  siblingKey,
} from './parameters';
import { widthName } from './roles';

/** Where the stream is brought back to a common size. */
export const NORMS = [
  modelEdit('norm-gains', 'architecture', 'Norms with learned gains', (source) => {
    const gpt = gptOf(source);
    const [branch] = gpt ? branchesOf(source, gpt) : [];
    if (!gpt?.layers || !branch) return null;
    const norms = streamNorms(source, gpt.layers, branch.stream).filter(
      (norm) => norm.arguments.length === 1,
    );
    const matrix = paramKey(source, branch.matrix);
    const initial = initialOf(source, gpt, matrix);
    const width = widthName(source);
    if (norms.length === 0 || !initial?.statement || !width) return null;
    if (source.text.includes(siblingKey(matrix, 'norm1'))) return null;
    norms.forEach((norm, i) => {
      const key = siblingKey(matrix, `norm${i + 1}`);
      const gain = paramText(gpt.params, key);
      addInitialAfter(source, initial, key, `ones([${width}])`);
      const statement = source.statementOf(norm);
      const named = source.parent(norm)?.type === 'VariableDeclarator';
      if (named || !statement || source.mentions(`normed${i}`)) {
        addOption(source, norm, 'gain', gain);
      } else {
        const call = `${source.textOf(norm).slice(0, -1)}, { gain: ${gain} })`;
        source.insertBefore(statement, `const normed${i} = ${call};`);
        source.replace(norm, `normed${i}`);
      }
    });
    source.need('ones');
    return {
      title: 'learned gains in norms',
      hypothesis: `A learned gain for each number, 1 at first, in ${norms.length} norms of every layer lets a layer listen to some of the stream's numbers and ignore others, for a handful of parameters.`,
    };
  }),

  modelEdit('remove-gains', 'architecture', 'Norms without gains', (source) => {
    const gpt = gptOf(source);
    if (!gpt) return null;
    const gained = source.all('CallExpression', gpt.code).flatMap((norm) => {
      const options = norm.arguments[1];
      const gain = options?.type === 'ObjectExpression' ? optionOf(options, 'gain') : null;
      return isCall(norm, 'rmsNorm', 'layerNorm') && isParam(gain, gpt.params)
        ? { norm, gain }
        : [];
    });
    for (const { norm, gain } of gained) {
      const initial = initialOf(source, gpt, paramKey(source, gain));
      if (!initial) return null;
      removeOption(source, norm, 'gain');
      removeInitial(source, initial);
    }
    return gained.length === 0
      ? null
      : {
          title: 'no gains in norms',
          hypothesis: `The matrix after a norm can do what its gain does, so the gains of ${gained.length} norms may be learned for nothing.`,
        };
  }),

  modelEdit('norm-type', 'architecture', 'RMSNorm or LayerNorm', (source) => {
    const gpt = gptOf(source);
    if (!gpt) return null;
    const norms = source
      .all('CallExpression', gpt.code)
      .filter((c) => isCall(c, 'rmsNorm', 'layerNorm'));
    const from = isCall(norms[0], 'rmsNorm') ? 'rmsNorm' : 'layerNorm';
    const to = from === 'rmsNorm' ? 'layerNorm' : 'rmsNorm';
    const changed = norms.filter((norm) => isCall(norm, from));
    if (changed.length === 0) return null;
    for (const norm of changed) source.replace(norm.callee, to);
    source.need(to);
    return {
      title: `${from} → ${to}`,
      hypothesis:
        to === 'layerNorm'
          ? `LayerNorm also takes the mean away, in ${changed.length} places: numbers that all tokens share no longer fill the stream.`
          : `RMSNorm leaves the mean alone, in ${changed.length} places: cheaper, and rarely worse (Zhang & Sennrich, 2019).`,
    };
  }),

  modelEdit('embedding-norm', 'architecture', 'A norm on the embedding', (source) => {
    const begin = streamBegin(source);
    if (!begin || begin.normed) return null;
    source.wrap(begin.value, 'rmsNorm(', ')');
    source.need('rmsNorm');
    return {
      title: 'a norm on the embedding',
      hypothesis:
        'With a norm right after the embedding every token enters the first layer at size 1, however large its row of the table has grown.',
    };
  }),

  modelEdit('remove-embedding-norm', 'architecture', 'The embedding as it is', (source) => {
    const begin = streamBegin(source);
    if (!begin?.normed) return null;
    if (begin.normed.type === 'ExpressionStatement') source.remove(begin.normed);
    else source.unwrap(begin.normed, begin.value);
    return {
      title: 'no norm on the embedding',
      hypothesis:
        'Each branch has a norm of its own, so the one on the embedding may be one too many; without it, rows of the table can differ in size.',
    };
  }),

  modelEdit('final-norm', 'architecture', 'A norm before the head', (source) => {
    const gpt = gptOf(source);
    const read = gpt && headOf(source, gpt)?.arguments[0];
    if (!read || isCall(read, 'rmsNorm', 'layerNorm')) return null;
    source.wrap(read, 'rmsNorm(', ')');
    source.need('rmsNorm');
    return {
      title: 'a norm before the head',
      hypothesis:
        'The stream grows with every branch added to it. Bringing it back to size 1 before the head keeps the logits from growing with it.',
    };
  }),

  modelEdit('remove-final-norm', 'architecture', 'The head reads the stream as it is', (source) => {
    const gpt = gptOf(source);
    const read = gpt && headOf(source, gpt)?.arguments[0];
    if (!isCall(read, 'rmsNorm', 'layerNorm') || read.arguments.length !== 1) return null;
    source.unwrap(read, read.arguments[0]!);
    return {
      title: 'no norm before the head',
      hypothesis:
        'Without the norm before the head, the size of the stream can say how sure the model is.',
    };
  }),
];

/** How the stream begins: `let x = ...embedding(...)...`, and a norm around it or in a line of its own. */
function streamBegin(source: Source) {
  const gpt = gptOf(source);
  const [branch] = gpt ? branchesOf(source, gpt) : [];
  if (!gpt || !branch) return null;
  const begin = source
    .all('VariableDeclarator', gpt.forward)
    .find(
      ({ id, init }) => isName(id, branch.stream) && init && source.calls('embedding', init).length,
    );
  if (!begin?.init) return null;
  const { init } = begin;
  if (isCall(init, 'rmsNorm', 'layerNorm') && init.arguments.length === 1) {
    return { value: init.arguments[0]!, normed: init };
  }
  const line = normLine(source, gpt, branch.stream);
  return { value: init, normed: line };
}

/** The statement `x = rmsNorm(x);` of forward, outside of its layers. */
function normLine(source: Source, gpt: Gpt, stream: string) {
  const line = gpt.forward.body.body.find(
    (statement) =>
      statement.type === 'ExpressionStatement' &&
      (source.says(statement, `${stream} = rmsNorm(${stream});`) ||
        source.says(statement, `${stream} = layerNorm(${stream});`)),
  );
  return line?.type === 'ExpressionStatement' ? line : null;
}
