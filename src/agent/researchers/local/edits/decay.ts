import { optimizerEdit } from '../edit';
import { asMethod, isName } from '../syntax/nodes';
import type { Source } from '../syntax/source';
import { anatomyOf, type Step, stepOf } from './adam';
import { addConstant, scaleBy } from './numbers';
import { rateVariable, weightDecayOf } from './roles';

/** Weights that shrink a little at every step (Loshchilov & Hutter, 2019). */
export const DECAY = [
  optimizerEdit('weight-decay', 'optimizer', 'Weights that shrink', (source, random) => {
    const present = weightDecayOf(source);
    if (present) {
      const change = scaleBy(source, present, [0.3, 0.5, 2, 3], random, [1e-4, 2]);
      return (
        change && {
          title: `weight decay ${change.from} → ${change.to}`,
          hypothesis: `Weight decay of ${change.to} instead of ${change.from} pulls weights to 0 ${change.up ? 'harder, so only those that the gradient keeps asking for stay large' : 'less, which suits a budget too short to overfit'}.`,
        }
      );
    }
    const anatomy = anatomyOf(source);
    const step = anatomy && stepOf(source, anatomy);
    const rate = anatomy && rateVariable(source, anatomy);
    const taken = asMethod(step?.returned.value, 'sub');
    if (!step || !rate || !isName(rate.id) || !isName(taken?.on, step.p)) return null;
    const amount = random.pick([0.03, 0.1, 0.3])!;
    source.replace(taken.on, 'shrunk');
    source.insertBefore(
      step.returned.statement,
      `const shrunk = ${step.p}.shape.length > 1 ? ${step.p}.mul(scalar(1).sub(${rate.id.name}.mul(weightDecay))) : ${step.p};`,
    );
    addConstant(source, 'weightDecay', amount);
    source.need('scalar');
    return {
      title: `weight decay ${amount}`,
      hypothesis: `Shrinking every matrix by ${amount} times the learning rate at each step keeps weights from growing beyond what the gradient keeps asking for.`,
    };
  }),

  optimizerEdit('remove-weight-decay', 'optimizer', 'No weight decay', (source) => {
    const amount = weightDecayOf(source);
    const anatomy = anatomyOf(source);
    const step = anatomy && stepOf(source, anatomy);
    if (!amount || !step || !dropShrinking(source, step, amount.text)) return null;
    return {
      title: `no weight decay (was ${amount.value})`,
      hypothesis: `Weight decay of ${amount.value} guards against overfitting. A short budget sees each text hardly more than once, so it may do nothing, and the code is shorter without it.`,
    };
  }),
];

/** Takes out `const shrunk = p.shape.length > 1 ? p.mul(...weightDecay...) : p` and uses p itself. */
function dropShrinking(source: Source, { callback, p }: Step, amount: string): boolean {
  for (const declarator of source.all('VariableDeclarator', callback)) {
    const { id, init } = declarator;
    if (init?.type !== 'ConditionalExpression' || !isName(id) || !isName(init.alternate, p))
      continue;
    if (!source.all('Identifier', init).some((name) => isName(name, amount))) continue;
    source.replaceUses(id, p, callback);
    source.remove(source.parent(declarator)!);
    return true;
  }
  return false;
}
