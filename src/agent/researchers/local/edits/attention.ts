import { modelEdit } from '../edit';
import { isCall, numberOf } from '../syntax/nodes';
import type { Source } from '../syntax/source';
import { write } from '../syntax/source';
import { attentionsOf, type Gpt, gptOf } from './gpt';
import { changeTo, scaleBy } from './numbers';
import { addOption, optionOf, removeOption } from './options';

/** Which tokens attention looks at, and how sharply. */
export const ATTENTION = [
  modelEdit('qk-norm', 'architecture', 'Normalised queries and keys', (source) => {
    const gpt = gptOf(source);
    const attentions = gpt ? attentionsOf(source, gpt) : [];
    if (!gpt || attentions.length === 0 || qkNorms(source, gpt).length > 0) return null;
    for (const { call } of attentions) {
      for (const side of call.arguments.slice(0, 2)) source.wrap(side, 'rmsNorm(', ')');
    }
    source.need('rmsNorm');
    return {
      title: 'QK-norm',
      hypothesis:
        'Scaling every query and key to length sqrt(D) bounds attention scores by sqrt(D), where D is the size of a head: training stays calm at higher learning rates (Henry et al., 2020).',
    };
  }),

  modelEdit('remove-qk-norm', 'architecture', 'Queries and keys as they are', (source) => {
    const gpt = gptOf(source);
    if (!gpt) return null;
    const norms = qkNorms(source, gpt);
    for (const norm of norms) {
      source.unwrap(norm, norm.arguments[0]!);
      source.dropComment(norm);
    }
    return norms.length === 0
      ? null
      : {
          title: 'no QK-norm',
          hypothesis: `Without norms on queries and keys (${norms.length} in the code), scores may grow as sharp as they need to; a small model may not need the bound.`,
        };
  }),

  modelEdit(
    'attention-window',
    'architecture',
    'Attention to the last tokens only',
    (source, random) => {
      const gpt = gptOf(source);
      const [attention] = gpt ? attentionsOf(source, gpt) : [];
      if (!attention) return null;
      const present = optionOf(attention.options, 'window');
      const window = numberOf(present);
      if (present && window !== null) {
        const change = scaleBy(
          source,
          { node: present, value: window },
          [0.5, 2],
          random,
          [1, 512],
        );
        return (
          change && {
            title: `attention window ${change.from} → ${change.to}`,
            hypothesis: `Looking back over ${change.to} tokens instead of ${change.from} ${change.up ? 'reaches what was said earlier' : 'leaves less to choose from, so the choice is learned sooner'}.`,
          }
        );
      }
      if (present) return null;
      const size = random.pick([8, 16, 32])!;
      addOption(source, attention.call, 'window', write(size));
      return {
        title: `attention window ${size}`,
        hypothesis: `Most of what decides the next token stands close by. Attention over the last ${size} tokens alone has less to choose from, and learns its choice sooner.`,
      };
    },
  ),

  removeAttentionOption('window', 'remove-window', 'Attention to all tokens before', (value) => ({
    title: `no attention window (was ${value})`,
    hypothesis: `Without a window of ${value} tokens attention reaches back to the beginning, and the code is shorter.`,
  })),

  modelEdit('alibi', 'architecture', 'Scores that fall with distance (ALiBi)', (source) => {
    const gpt = gptOf(source);
    const [attention] = gpt ? attentionsOf(source, gpt) : [];
    if (!attention || optionOf(attention.options, 'alibi')) return null;
    addOption(source, attention.call, 'alibi', 'true');
    return {
      title: 'ALiBi',
      hypothesis:
        'Lowering scores in proportion to distance, by 2^(-8 h / H) a token in head h of H, tells every head from the first step on that near tokens matter most (Press et al., 2022).',
    };
  }),

  removeAttentionOption('alibi', 'remove-alibi', 'Scores that ignore distance', () => ({
    title: 'no ALiBi',
    hypothesis:
      'If positions are told in another way, lowering scores by 2^(-8 h / H) a token is one thing too many.',
  })),

  modelEdit('attention-cap', 'architecture', 'A soft cap on scores', (source, random) => {
    const gpt = gptOf(source);
    const [attention] = gpt ? attentionsOf(source, gpt) : [];
    if (!attention) return null;
    const present = optionOf(attention.options, 'softcap');
    const value = numberOf(present);
    if (present && value !== null) {
      const change = changeTo(source, { node: present, value }, [5, 10, 20, 50], random);
      return (
        change && {
          title: `attention cap ${change.from} → ${change.to}`,
          hypothesis: `A cap of ${change.to} instead of ${change.from} on attention scores ${change.up ? 'allows sharper choices' : 'keeps attention spread over more tokens'}.`,
        }
      );
    }
    if (present) return null;
    const cap = random.pick([5, 10, 20, 50])!;
    addOption(source, attention.call, 'softcap', write(cap));
    return {
      title: `attention cap ${cap}`,
      hypothesis: `Scores that can never exceed ${cap} keep attention from settling on one token too early (Gemma 2, 2024).`,
    };
  }),

  removeAttentionOption('softcap', 'remove-attention-cap', 'Scores without a cap', (value) => ({
    title: `no attention cap (was ${value})`,
    hypothesis: `If scores stay well under ${value}, capping them does nothing, and the code is shorter.`,
  })),
];

function removeAttentionOption(
  option: string,
  kind: string,
  title: string,
  words: (value: string) => { title: string; hypothesis: string },
) {
  return modelEdit(kind, 'architecture', title, (source) => {
    const gpt = gptOf(source);
    const attention = gpt && attentionsOf(source, gpt).find((a) => optionOf(a.options, option));
    if (!attention) return null;
    const value = source.textOf(optionOf(attention.options, option)!);
    removeOption(source, attention.call, option);
    return words(value);
  });
}

/** Norms right on a query or key: as an argument of attention, or inside of RoPE or around it. */
function qkNorms(source: Source, gpt: Gpt) {
  return source.calls('rmsNorm', gpt.code).filter((norm) => {
    const parent = source.parent(norm);
    const turned = isCall(norm.arguments[0], 'rope');
    const asked =
      isCall(parent, 'attention') && parent.arguments.slice(0, 2).some((side) => side === norm);
    const gained = norm.arguments.length > 1;
    return !gained && (turned || asked || isCall(parent, 'rope'));
  });
}
