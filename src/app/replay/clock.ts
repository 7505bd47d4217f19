/** A time of the player: `0:07`, `12:03`, `1:02:03`. */
export function formatClock(milliseconds: number): string {
  const { hours, minutes, seconds } = partsOf(milliseconds);
  const two = (value: number) => String(value).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
}

/** The same, to be heard. */
export function spokenClock(milliseconds: number): string {
  const { hours, minutes, seconds } = partsOf(milliseconds);
  const said = [
    [hours, 'hours'],
    [minutes, 'minutes'],
    [seconds, 'seconds'],
  ] as const;
  const parts = said.filter(([value]) => value > 0).map(([value, unit]) => `${value} ${unit}`);
  return parts.join(' ') || 'the beginning';
}

function partsOf(milliseconds: number) {
  const whole = Math.floor(milliseconds / 1000);
  return {
    hours: Math.floor(whole / 3600),
    minutes: Math.floor(whole / 60) % 60,
    seconds: whole % 60,
  };
}
