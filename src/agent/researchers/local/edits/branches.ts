import { modelEdit } from '../edit';
import { isCall, isName, numberOf } from '../syntax/nodes';
import { write } from '../syntax/source';
import { branchesOf, gptOf, streamNorms } from './gpt';
import { changeTo } from './numbers';
import { optionOf } from './options';
import { initialOf, isParam, paramKey, removeInitial } from './parameters';
import { layersOf } from './roles';

/** How the branches of a layer stand to each other. */
export const BRANCHES = [
  modelEdit('parallel-branches', 'architecture', 'Attention and MLP side by side', (source) => {
    const gpt = gptOf(source);
    if (!gpt?.layers) return null;
    const [first, second] = branchesOf(source, gpt);
    if (!first || !second) return null;
    const norms = streamNorms(source, gpt.layers, first.stream);
    const shared = norms
      .map((norm) => source.parent(norm))
      .find((parent) => parent?.type === 'VariableDeclarator' && isName(parent.id));
    const own = norms.find((norm) => norm.start! > first.statement.end!);
    if (shared?.type !== 'VariableDeclarator' || !isName(shared.id) || !own) return null;
    if (shared.start! > first.statement.start! || own.end! > second.statement.end!) return null;
    const options = own.arguments[1];
    const gain = options?.type === 'ObjectExpression' ? optionOf(options, 'gain') : null;
    const initial = isParam(gain, gpt.params)
      ? initialOf(source, gpt, paramKey(source, gain))
      : null;
    if (initial) removeInitial(source, initial);
    source.replace(own, shared.id.name);
    return {
      title: 'attention and MLP side by side',
      hypothesis:
        'Letting the MLP read what attention reads, instead of what attention wrote, saves a norm in every layer and makes the layer shallower and easier to train (GPT-J; Wang & Komatsuzaki, 2021).',
    };
  }),

  modelEdit('dropout', 'architecture', 'Dropout on branches', (source, random) => {
    const gpt = gptOf(source);
    const branches = gpt ? branchesOf(source, gpt) : [];
    const [present] = branches.filter(({ added }) => isCall(added, 'dropout'));
    if (present) {
      const rate = isCall(present.added, 'dropout') ? present.added.arguments[1] : null;
      const value = numberOf(rate);
      if (!rate || value === null) return null;
      const change = changeTo(source, { node: rate, value }, [0.02, 0.05, 0.1, 0.2], random);
      return (
        change && {
          title: `dropout ${change.from} → ${change.to}`,
          hypothesis: `Dropping a share of ${change.to} instead of ${change.from} ${change.up ? 'guards more against learning the text by heart' : 'wastes less of each step'}.`,
        }
      );
    }
    const rate = random.pick([0.02, 0.05, 0.1])!;
    for (const { added } of branches) source.wrap(added, 'dropout(', `, ${write(rate)})`);
    source.need('dropout');
    return branches.length === 0
      ? null
      : {
          title: `dropout ${rate}`,
          hypothesis: `Dropping a share of ${rate} of what ${branches.length} branches add, at random in training, makes the model rely on no single number (Srivastava et al., 2014). It helps when the same text is seen many times.`,
        };
  }),

  modelEdit('remove-dropout', 'architecture', 'Nothing dropped', (source) => {
    const gpt = gptOf(source);
    const branches = gpt ? branchesOf(source, gpt) : [];
    const dropped = branches.flatMap(({ added }) => (isCall(added, 'dropout') ? added : []));
    const [first] = dropped;
    if (!first) return null;
    for (const call of dropped) source.unwrap(call, call.arguments[0]!);
    return {
      title: 'no dropout',
      hypothesis: `In a short budget hardly any text is seen twice, so dropping a share of ${source.textOf(first.arguments[1] ?? first)} only adds noise.`,
    };
  }),

  modelEdit('branch-norm', 'architecture', 'Norms at the end of branches', (source) => {
    const gpt = gptOf(source);
    const branches = gpt ? branchesOf(source, gpt) : [];
    const bare = branches.filter(({ made, product }) => made === product);
    for (const { product } of bare) source.wrap(product, 'rmsNorm(', ')');
    source.need('rmsNorm');
    return bare.length === 0
      ? null
      : {
          title: 'norms at the end of branches',
          hypothesis: `With a norm at the end of ${bare.length} branches as well as at their beginning, each adds a step of size 1 to the stream: no layer can drown the others.`,
        };
  }),

  modelEdit('remove-branch-norm', 'architecture', 'Branches as they come', (source) => {
    const gpt = gptOf(source);
    const branches = gpt ? branchesOf(source, gpt) : [];
    const normed = branches.filter(
      ({ added, product }) => isCall(added, 'rmsNorm') && added.arguments[0] === product,
    );
    for (const { added, product } of normed) source.unwrap(added, product);
    return normed.length === 0
      ? null
      : {
          title: 'no norms at the end of branches',
          hypothesis: `Without norms at the end of ${normed.length} branches each decides for itself how much it adds, and the code is shorter.`,
        };
  }),

  modelEdit('value-residual', 'architecture', 'Values of the first layer for all', (source) => {
    const gpt = gptOf(source);
    const depth = layersOf(source)?.value ?? 1;
    if (!gpt?.layers || depth < 2 || source.mentions('firstValues')) return null;
    const [call] = source.calls('attention', gpt.layers);
    const values = call?.arguments[2];
    const statement = values && source.statementOf(values);
    if (!call || !values || !statement) return null;
    const text = source.textOf(values);
    source.insertBefore(gpt.layers, 'let firstValues: Tensor | undefined;');
    source.insertBefore(statement, `firstValues ??= ${text};`);
    source.replace(values, `${isName(values) ? text : `(${text})`}.add(firstValues).div(2)`);
    source.needType('Tensor');
    return {
      title: 'value residual',
      hypothesis: `In each of ${depth} layers, attention gathers the mean of its own values and those of the first layer (Zhou et al., 2024), so that what a token is does not get lost on the way up.`,
    };
  }),
];
