/** What the console reads out of an access token; the services check it. */
export interface Claims {
  /** Whom it is for. */
  audience: string
  domain: string
  role: string
  /** When it was issued, and when it ends, in milliseconds; without an end it does not. */
  issued?: number | undefined
  expires?: number | undefined
}

/** Reads a token, or says why it is none that can be used now. */
export function readToken(token: string, now: number): Claims {
  const claims = readClaims(token)
  if (claims.expires !== undefined && claims.expires <= now) {
    throw new Error('This token has expired.')
  }
  return claims
}

/** Reads an access token, which may have expired. */
export function readClaims(token: string): Claims {
  let claims: Record<string, unknown>
  try {
    const part = token.split('.')[1] ?? ''
    const bytes = Uint8Array.from(atob(part.replaceAll('-', '+').replaceAll('_', '/')), (character) => character.charCodeAt(0))
    claims = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>
  } catch {
    throw new Error('This is no token: three parts of letters and digits, with dots between them, are expected.')
  }
  if (claims['typ'] === 'REFRESH_TOKEN') {
    throw new Error('This is a refresh token; an access token is needed.')
  }
  const text = (key: string) => (typeof claims[key] === 'string' ? claims[key] : '')
  const time = (key: string) => (typeof claims[key] === 'number' ? claims[key] * 1000 : undefined)
  return { audience: text('aud'), domain: text('did'), role: text('rol'), issued: time('iat'), expires: time('exp') }
}

/** When a token that was issued just now ends by this machine's clock, which may be off. */
export function endOf({ issued, expires }: Claims, now: number): number | undefined {
  return issued !== undefined && expires !== undefined ? now + expires - issued : expires
}

/**
 * How long to wait until a token is renewed: most of its life, so that a slow
 * answer or a clock that is a little off costs nobody the session.
 */
export function renewAfter(expires: number, now: number): number {
  const left = expires - now
  // Timers count no further than this.
  return Math.min(Math.max(left - Math.max(left * 0.2, 30_000), 1_000), 2 ** 31 - 1)
}
