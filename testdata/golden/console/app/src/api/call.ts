import { ApiError, readError } from './error'

/** How long the API may take. */
const patience = 60_000

/** What a call is made with, beside its request. */
export interface CallOptions {
  token?: string | undefined
  signal?: AbortSignal | undefined
}

/** Calls a method: all are POST, with JSON in and out. */
export async function call(url: string, request: unknown, options: CallOptions = {}): Promise<unknown> {
  const headers: Record<string, string> = { 'Content-Type': 'application/json' }
  if (options.token !== undefined) {
    headers['token'] = options.token
  }
  return send(url, { method: 'POST', headers, body: JSON.stringify(request) }, options.signal)
}

/** Reads a document. */
export async function read(url: string, signal?: AbortSignal): Promise<unknown> {
  return send(url, { method: 'GET' }, signal)
}

async function send(url: string, init: RequestInit, signal?: AbortSignal): Promise<unknown> {
  const limit = AbortSignal.timeout(patience)
  let response: Response
  let text: string
  try {
    response = await fetch(url, { ...init, signal: signal ? AbortSignal.any([signal, limit]) : limit })
    text = await response.text()
  } catch (error) {
    signal?.throwIfAborted()
    if (limit.aborted) {
      throw new ApiError('ERROR_TIMEOUT', 'The answer took too long. Try again in a while.', 0)
    }
    throw new ApiError('ERROR_CONNECTION', `The console's server cannot be reached. (${String(error)})`, 0)
  }
  if (!response.ok) {
    throw readError(response.status, text)
  }
  return parse(text, response.status)
}

/** A method that streams answers with a line of JSON for each result. */
function parse(text: string, status: number): unknown {
  if (text.trim() === '') {
    return {}
  }
  try {
    return JSON.parse(text)
  } catch {
    // Several values, or none at all.
  }
  try {
    const results = text.trim().split('\n').map((line) => (JSON.parse(line) as { result?: unknown }).result)
    return { results }
  } catch {
    throw new ApiError('ERROR_UNKNOWN', 'The answer is no JSON.', status)
  }
}
