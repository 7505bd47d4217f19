import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Site } from './site';

/** A site as it would be without its Content-Security-Policy, on another port. */
export async function stripped(site: Site): Promise<Site> {
  const server = createServer(async (request, response) => {
    const answer = await fetch(site.url + request.url, {
      headers: { accept: request.headers.accept ?? '*/*' },
    });
    const headers = Object.fromEntries(answer.headers);
    for (const name of ['content-security-policy', 'content-length', 'content-encoding']) {
      delete headers[name];
    }
    response.writeHead(answer.status, headers);
    const body = Buffer.from(await answer.arrayBuffer());
    const isPage = headers['content-type']?.startsWith('text/html');
    response.end(isPage ? withoutPolicy(body.toString()) : body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Throws where there is nothing to take away. */
function withoutPolicy(html: string): string {
  const without = html
    .replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, '')
    .replace(/<script>[\s\S]*?<\/script>/, '');
  if (without.length > html.length - 500) throw new Error('this page has no policy');
  return without;
}
