import './progress-bar.css';

interface Props {
  readonly label: string;
  /** 0 to 1, or null where nobody can tell. */
  readonly value: number | null;
  /** What is being done, written beneath. */
  readonly text?: string;
}

export function ProgressBar({ label, value, text }: Props) {
  return (
    <div className="progress">
      <div
        className={`progress-track${value === null ? ' unknown' : ''}`}
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        {...(value === null ? {} : { 'aria-valuenow': Math.round(value * 100) })}
        {...(text ? { 'aria-valuetext': text } : {})}
      >
        <div style={value === null ? undefined : { transform: `scaleX(${value})` }} />
      </div>
      {text && <p className="caption number">{text}</p>}
    </div>
  );
}
