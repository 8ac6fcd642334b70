/** What the installation says: config.json, which the server makes. */
export interface Config {
  title: string
  /** The services' names, and the paths below which their APIs are found. */
  services: Record<string, string>
}

/** Loads config.json. What is not as it should be is told, not guessed. */
export async function loadConfig(signal: AbortSignal): Promise<Config> {
  const response = await fetch('/config.json', { signal })
  if (!response.ok) {
    throw new Error(`config.json could not be loaded: ${response.status} ${response.statusText}`)
  }
  return readConfig(await response.json())
}

/** Reads the content of config.json. */
export function readConfig(content: unknown): Config {
  if (typeof content !== 'object' || content === null) {
    throw new Error('config.json is no object')
  }
  const { title, services } = content as Partial<Record<keyof Config, unknown>>
  const read: Config = { title: typeof title === 'string' && title !== '' ? title : 'Console', services: {} }
  if (typeof services !== 'object' || services === null) {
    throw new Error('config.json names no services')
  }
  for (const [name, path] of Object.entries(services)) {
    if (typeof path !== 'string' || !path.startsWith('/') || path.startsWith('//')) {
      throw new Error(`config.json: the service ${name} needs a path on this server, such as /api/${name}`)
    }
    read.services[name] = path.replace(/\/+$/, '')
  }
  return read
}
