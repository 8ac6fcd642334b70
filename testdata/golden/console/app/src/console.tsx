import { createContext, use } from 'react'
import type { Config } from './config'
import type { Method, Resource } from './model/resource'
import type { Session } from './session/session'

/** What every page works with. */
export interface Console {
  config: Config
  session: Session
  /** Tells what has been done, to those who see and to those who listen. */
  announce: (text: string) => void
}

export const ConsoleContext = createContext<Console | undefined>(undefined)

export function useConsole(): Console {
  const value = use(ConsoleContext)
  if (value === undefined) {
    throw new Error('This component stands outside of the console.')
  }
  return value
}

/** Calls methods of a resource's service. */
export function useCall(resource: Resource): (method: Method, request: unknown, signal?: AbortSignal) => Promise<unknown> {
  const { config, session } = useConsole()
  return (method, request, signal) => session.call(`${config.services[resource.service]}${method.path}`, request, signal)
}
