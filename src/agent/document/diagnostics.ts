import type { DiagnosedPoint, Diagnosis } from '../../model/harness/diagnose';
import { fenced, oneLine } from './fence';
import { type Section, titled } from './section';

const MOST_PARAMETERS = 60;
const MOST_KERNELS = 20;
/** Points of the budget in the shorter version. */
const FEWER = 2;

/**
 * What happens inside the incumbent while it trains: norms by parameter, how widely attention looks, and
 * where a step's work lies. The names of parameters and kernels are the program's, and so data.
 */
export function diagnosticsSection(diagnosis: Diagnosis | undefined): Section {
  const text = (points: readonly DiagnosedPoint[]) =>
    diagnosis === undefined || points.length === 0
      ? ''
      : titled(
          'Inside the incumbent',
          'Norms of gradients, updates and weights by parameter at points of the budget; attention entropy is 0 where a query looks at one key and 1 where it looks at all alike; shares of work are estimates of the plan.',
          fenced('diagnostics', [...points.flatMap(linesOf), ...workOf(diagnosis)].join('\n')),
        );
  const points = diagnosis?.points ?? [];
  const versions = [text(points), text(points.slice(-FEWER)), ''];
  return { id: 'diagnostics', name: 'what happens inside the incumbent', versions };
}

function linesOf({ progress, step, loss, parameters, attention }: DiagnosedPoint): string[] {
  return [
    `at ${Math.round(100 * progress)}% of the budget, step ${step}, loss ${small(loss)}`,
    'parameter\tgradient\tupdate\tweight\tupdate/weight',
    ...parameters
      .slice(0, MOST_PARAMETERS)
      .map(({ name, gradient, update, weight }) =>
        [oneLine(name, 80), ...[gradient, update, weight, update / weight].map(small)].join('\t'),
      ),
    ...more(parameters.length - MOST_PARAMETERS, 'parameters'),
    ...(attention.length > 0 ? [`attention entropy: ${attention.map(small).join(' ')}`] : []),
    '',
  ];
}

function workOf({ work }: Diagnosis): string[] {
  if (work.length === 0) return [];
  return [
    'kernel\tlaunches\tshare_of_flops\tshare_of_bytes',
    ...work
      .slice(0, MOST_KERNELS)
      .map(({ kernel, launches, flopsShare, bytesShare }) =>
        [oneLine(kernel, 80), launches, small(flopsShare), small(bytesShare)].join('\t'),
      ),
    ...more(work.length - MOST_KERNELS, 'kernels'),
  ];
}

function more(count: number, what: string): string[] {
  return count > 0 ? [`... and ${count} ${what} more`] : [];
}

const small = (value: number): string =>
  Number.isFinite(value) ? String(Number(value.toPrecision(3))) : 'no number';
