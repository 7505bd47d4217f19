import { useEffect, useRef } from 'react';
import type { StreamItem } from '../../../agent/team/view';

/** Items that are shown, and characters of each: the latest are what one wants, and a page must stay light. */
export const MOST_ITEMS = 60;
export const MOST_CHARACTERS = 1500;
/** How far above the end, in pixels, still counts as reading along. */
const NEAR_END = 24;

const WHO: Readonly<Record<StreamItem['kind'], string>> = {
  thought: 'thinks',
  said: 'says',
  tool: 'calls',
  heard: 'reads',
  told: 'is told',
  trouble: 'trouble',
};

interface Props {
  readonly title: string;
  readonly stream: readonly StreamItem[];
}

/** What a member thinks, says and does, the latest at the end; it follows along unless one scrolled back. */
export function MemberStream({ title, stream }: Props) {
  const frame = useRef<HTMLElement>(null);
  const following = useRef(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: whatever was added makes it longer.
  useEffect(() => {
    const { current: element } = frame;
    if (element && following.current) element.scrollTop = element.scrollHeight;
  }, [stream]);
  const shown = shownItems(stream);
  return (
    <section
      ref={frame}
      className="member-stream"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
      tabIndex={0}
      aria-label={`What ${title} thinks and does`}
      onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
        following.current = scrollHeight - scrollTop - clientHeight < NEAR_END;
      }}
    >
      {shown.map(({ kind, text }, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: items of a stream have no other name.
        <p key={i} className={`stream-${kind}`}>
          <span className={shown[i - 1]?.kind === kind ? 'unseen' : 'stream-who'}>{WHO[kind]}</span>
          <span className="stream-text">{text}</span>
        </p>
      ))}
    </section>
  );
}

/** The latest of a stream, each with its end, where what is new stands. */
export function shownItems(stream: readonly StreamItem[]): readonly StreamItem[] {
  return stream.slice(-MOST_ITEMS).map((item) => {
    const { kind, text } = item;
    if (text.length <= MOST_CHARACTERS) return item;
    return { kind, text: `\u2026${text.slice(-MOST_CHARACTERS)}` };
  });
}
