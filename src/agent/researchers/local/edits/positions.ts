import { modelEdit } from '../edit';
import { asMethod, isCall, isName } from '../syntax/nodes';
import type { Source } from '../syntax/source';
import { attentionsOf, branchesOf, type Gpt, gptOf, lengthName } from './gpt';
import {
  addInitialAfter,
  initialOf,
  isParam,
  paramKey,
  paramText,
  removeInitial,
  siblingKey,
} from './parameters';
import { headsOf, widthName, widthOf } from './roles';

/** How the model knows the order of tokens. */
export const POSITIONS = [
  modelEdit('rope', 'architecture', 'RoPE instead of learned positions', (source) => {
    const gpt = gptOf(source);
    const attentions = gpt ? attentionsOf(source, gpt) : [];
    const share = (widthOf(source)?.value ?? 0) / (headsOf(source)?.value ?? 1);
    if (!gpt || attentions.length === 0 || source.mentions('rope') || share % 2 !== 0) return null;
    const learned = learnedPositions(source, gpt);
    if (learned) {
      source.unwrap(learned.sum.call, learned.sum.on);
      removeInitial(source, learned.initial);
    }
    for (const { call } of attentions) {
      for (const side of call.arguments.slice(0, 2)) source.wrap(side, 'rope(', ')');
    }
    source.need('rope');
    return {
      title: learned ? 'RoPE instead of learned positions' : 'RoPE',
      hypothesis:
        'Turning queries and keys by angles in proportion to their position (Su et al., 2021) makes scores depend on distance alone: "two tokens back" is learned once, instead of once for every position.',
    };
  }),

  modelEdit('remove-positions', 'architecture', 'No positions at all', (source) => {
    const gpt = gptOf(source);
    const turns = gpt ? source.calls('rope', gpt.code) : [];
    if (!gpt || turns.length === 0) return null;
    for (const turn of turns) {
      const [input] = turn.arguments;
      if (!input) return null;
      source.unwrap(turn, input);
      source.dropComment(turn);
    }
    return {
      title: 'no positions',
      hypothesis:
        'A causal model can count the tokens it sees, so order may be learned without being told of it (Haviv et al., 2022).',
    };
  }),

  modelEdit('token-shift', 'architecture', 'A glance at the token before', (source) => {
    const gpt = gptOf(source);
    if (!gpt?.layers || source.mentions('before')) return null;
    const [branch] = branchesOf(source, gpt);
    const norm = source
      .all('VariableDeclarator', gpt.layers)
      .find(({ init }) => isCall(init, 'rmsNorm', 'layerNorm'));
    const statement = norm && source.parent(norm);
    const T = lengthName(source, gpt);
    const initial = branch && initialOf(source, gpt, paramKey(source, branch.matrix));
    const width = widthName(source);
    if (!statement || !branch || !norm.init || !T || !initial?.statement || !width) return null;
    const key = siblingKey(paramKey(source, branch.matrix), 'shift_mix');
    const name = source.textOf(norm.id);
    source.replace(
      statement,
      [
        `const here = ${source.textOf(norm.init)};`,
        `const before = here.pad(1, 1, 0).slice(1, 0, ${T}); // the token before`,
        `const ${name} = ${mixText('here', paramText(gpt.params, key))};`,
      ].join('\n    '),
    );
    addInitialAfter(source, initial, key, `constant([${width}], 0.5)`);
    source.need('constant');
    return {
      title: 'token shift',
      hypothesis:
        'Mixing each token with the one before it, number by number and half and half at first (RWKV; Peng et al., 2023), hands attention pairs of tokens, which it would otherwise spend a layer on.',
    };
  }),

  modelEdit('remove-token-shift', 'architecture', 'Each token alone', (source) => {
    const gpt = gptOf(source);
    const before = gpt && source.all('VariableDeclarator').find(({ id }) => isName(id, 'before'));
    const shifted = asMethod(before?.init, 'slice');
    const padded = asMethod(shifted?.on, 'pad');
    if (!gpt || !before || !isName(padded?.on)) return null;
    const here = padded.on.name;
    for (const mixed of source.all('CallExpression', gpt.code)) {
      const product = asMethod(asMethod(mixed, 'add')?.args[0], 'mul');
      const [mix] = product?.args ?? [];
      if (!isParam(mix, gpt.params) || !source.says(mixed, mixText(here, source.textOf(mix))))
        continue;
      const initial = initialOf(source, gpt, paramKey(source, mix));
      if (!initial) continue;
      source.replace(mixed, here);
      removeInitial(source, initial);
      return {
        title: 'no token shift',
        hypothesis:
          'Attention can find the token before by itself, so mixing it in beforehand may not earn its cost.',
      };
    }
    return null;
  }),
];

/** `x.add(embedding(params.wpe, range(T)))`, with the parameter's initialiser. */
function learnedPositions(source: Source, gpt: Gpt) {
  for (const call of source.calls('embedding', gpt.code)) {
    const [table, ids] = call.arguments;
    const sum = asMethod(source.parent(call), 'add');
    if (!sum || !isCall(ids, 'range', 'iota') || !isParam(table, gpt.params)) continue;
    const initial = initialOf(source, gpt, paramKey(source, table));
    if (initial) return { sum, initial };
  }
  return null;
}

function mixText(here: string, mix: string): string {
  return `${here}.add(before.sub(${here}).mul(${mix}))`;
}
