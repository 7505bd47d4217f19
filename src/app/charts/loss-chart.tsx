import { useEffect, useRef, useState } from 'react';
import 'uplot/dist/uPlot.min.css';
import './loss-chart.css';
import { LossPlot, type LossPlotData } from './loss-plot';
import { onThemeChange, readTheme } from './theme';

interface Props {
  readonly data: LossPlotData;
  readonly logarithmic: boolean;
  readonly unit: string;
  /** The chart in one sentence, for those who do not see it. */
  readonly summary: string;
}

/** The loss of a trial over its budget, with the lines that it is read against. */
export function LossChart({ data, logarithmic, unit, summary }: Props) {
  const frame = useRef<HTMLDivElement>(null);
  const plot = useRef<LossPlot>(null);
  const latest = useRef(data);
  const [hover, setHover] = useState<{ x: number; y: number } | null>(null);
  latest.current = data;

  useEffect(() => {
    const element = frame.current!;
    const build = () => {
      plot.current?.destroy();
      plot.current = new LossPlot({
        element,
        theme: readTheme(element),
        logarithmic,
        onHover: setHover,
      });
      plot.current.show(latest.current);
    };
    build();
    const stopTheme = onThemeChange(build);
    const sizes = new ResizeObserver(() => {
      plot.current?.resize(element.clientWidth, element.clientHeight);
    });
    sizes.observe(element);
    return () => {
      stopTheme();
      sizes.disconnect();
      plot.current?.destroy();
      plot.current = null;
    };
  }, [logarithmic]);

  useEffect(() => plot.current?.show(data), [data]);

  return (
    <figure className="loss-chart">
      <div className="loss-chart-axes caption">
        <span>bits per byte</span>
        {hover && (
          <output className="number">
            {hover.y.toFixed(3)} at {Number(hover.x.toPrecision(3)).toLocaleString('en-US')} {unit}
          </output>
        )}
      </div>
      <div ref={frame} className="loss-chart-frame" role="img" aria-label={summary} />
      <figcaption className="loss-chart-unit caption">{unit}</figcaption>
    </figure>
  );
}
