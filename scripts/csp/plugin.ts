import { createHash } from 'node:crypto';
import type { Plugin } from 'vite';
import { connectScript } from './connect.ts';
import { contentPolicy } from './policy.ts';

/**
 * Puts the Content-Security-Policy into every page, as its first tags, so that it holds on whatever host serves
 * the files. Inline scripts are allowed by their hashes; in the built page there is one, in the served page
 * also what the development server puts in.
 */
export function contentSecurityPolicy(): Plugin {
  return {
    name: 'loopy:content-security-policy',
    transformIndexHtml: {
      order: 'post',
      handler: (html) => withPolicy(html),
    },
  };
}

/** Throws where there is no place for the policy. */
export function withPolicy(html: string): string {
  const connect = connectScript();
  const inline = [connect, ...inlineScripts(html)].map(hashOf);
  const tags = [
    `<meta http-equiv="Content-Security-Policy" content="${contentPolicy(inline)}" />`,
    `<script>${connect}</script>`,
  ].join('\n    ');
  const place = /<meta charset="utf-8" \/>/i;
  if (!place.test(html)) {
    throw new Error('the policy stands after <meta charset="utf-8" />, which this page lacks');
  }
  // Before whatever else was put at the top of the head.
  return html
    .replace(place, '')
    .replace(/<head>/i, `$&\n    <meta charset="utf-8" />\n    ${tags}`);
}

function inlineScripts(html: string): string[] {
  return [...html.matchAll(/<script\b([^>]*)>([\s\S]*?)<\/script>/gi)]
    .filter(([, attributes]) => !/\ssrc\s*=/i.test(attributes!))
    .map(([, , text]) => text!);
}

function hashOf(script: string): string {
  return `sha256-${createHash('sha256').update(script).digest('base64')}`;
}
