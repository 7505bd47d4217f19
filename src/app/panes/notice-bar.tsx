import { useLab, useLabState } from '../use-lab';
import './notice-bar.css';

/** What the visitor should know, in words, until it is dismissed. */
export function NoticeBar() {
  const lab = useLab();
  const notice = useLabState((snapshot) => snapshot.notice);
  return (
    <div role="alert">
      {notice && (
        <div className={`notice ${notice.tone}`}>
          <p>{notice.text}</p>
          <button type="button" className="button quiet" onClick={() => lab.dismissNotice()}>
            Dismiss
          </button>
        </div>
      )}
    </div>
  );
}
