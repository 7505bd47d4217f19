// `npm run build`: installs what is missing and writes the page as static files to dist/.
import { installPackages } from './setup/packages.mjs';

installPackages();
const { build } = await import('vite');
await build();
