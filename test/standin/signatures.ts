import { createHmac, randomBytes } from 'node:crypto';

/**
 * Signs what the model thought, so that a later request can be held to it: the signature proves the
 * text without the server keeping it, also after a restart.
 */
export class Signatures {
  readonly #secret: string;

  constructor(secret: string) {
    this.#secret = secret;
  }

  /** For a thinking block (`text` as it was shown) or, with the text kept back, for redacted data. */
  sign(text: string): string {
    const nonce = randomBytes(9).toString('base64url');
    return `${nonce}.${this.#mac(nonce, text)}`;
  }

  verifies(signature: string, text: string): boolean {
    const [nonce, mac] = signature.split('.');
    return nonce !== undefined && mac === this.#mac(nonce, text);
  }

  #mac(nonce: string, text: string): string {
    return createHmac('sha256', this.#secret).update(`${nonce}\n${text}`).digest('base64url');
  }
}

/** Redacted data carries no text to sign: what is signed is that the server made it. */
export const REDACTED = 'redacted';
