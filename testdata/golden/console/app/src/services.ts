import { read } from './api/call'
import { readDocument } from './api/openapi'
import type { Config } from './config'
import { type Resource, resourcesOf } from './model/resource'

/** A service and what it keeps, or why that is not known. */
export interface Service {
  name: string
  resources: Resource[]
  error?: unknown
}

/** Reads the descriptions of all services; one that is not there hinders no other. */
export async function loadServices(config: Config, signal: AbortSignal): Promise<Service[]> {
  const services = Object.entries(config.services).map(async ([name, path]): Promise<Service> => {
    try {
      return { name, resources: resourcesOf(name, readDocument(await read(`${path}/openapi.json`, signal))) }
    } catch (error) {
      signal.throwIfAborted()
      return { name, resources: [], error }
    }
  })
  return (await Promise.all(services)).toSorted((a, b) => a.name.localeCompare(b.name))
}
