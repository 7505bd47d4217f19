import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app';
import { ClaudeDesk } from './claude/desk';
import { createLab } from './lab/create';
import { deviceShelf } from './lab/study-shelf';
import { ClaudeContext } from './use-claude';

const lab = createLab();
const claude = new ClaudeDesk({ lab, shelf: deviceShelf() });
// A study of Claude's waits for it, or for its key.
void claude.comeBack().then(() => lab.open(!claude.waits));

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <ClaudeContext value={claude}>
      <App lab={lab} />
    </ClaudeContext>
  </StrictMode>,
);
