import './styles/tokens.css';
import './styles/base.css';
import './styles/controls.css';
import './app.css';
import { DeskProvider } from './desk';
import type { Lab } from './lab/lab';
import { About } from './panes/about';
import { Announcer } from './panes/announcer';
import { ClaudeLine } from './panes/claude/claude-line';
import { FocusPane } from './panes/focus-pane';
import { Header } from './panes/header';
import { NoticeBar } from './panes/notice-bar';
import { ProgramPane } from './panes/program-pane';
import { ResearchPane } from './panes/research-pane';
import { TaskLine } from './panes/task-line';
import { TeamAnnouncer } from './panes/team/team-announcer';
import { TeamPane } from './panes/team/team-pane';
import { ErrorBoundary } from './parts/error-boundary';
import { RecordingOffer } from './replay/offer';
import { PlayerBar } from './replay/player-bar';
import { LabContext } from './use-lab';

/** The page: it shows the lab's state and sends it commands, and holds nothing else. */
export function App({ lab }: { readonly lab: Lab }) {
  return (
    <LabContext value={lab}>
      <div className="page">
        <Header />
        <TaskLine />
        <RecordingOffer />
        <NoticeBar />
        <ClaudeLine />
        <DeskProvider>
          <main className="panes">
            <ErrorBoundary what="The trial">
              <FocusPane />
            </ErrorBoundary>
            <ErrorBoundary what="The team">
              <TeamPane />
            </ErrorBoundary>
            <ErrorBoundary what="The study">
              <ResearchPane />
            </ErrorBoundary>
            <ErrorBoundary what="The program">
              <ProgramPane />
            </ErrorBoundary>
          </main>
        </DeskProvider>
        <PlayerBar />
        <About />
        <Announcer />
        <TeamAnnouncer />
      </div>
    </LabContext>
  );
}
